#include "coordinator/control/rendezvous_store.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/status/status.h"

namespace doodle {
namespace {

constexpr absl::Duration kLongestWait = absl::Seconds(30);

absl::Status Superseded(const std::string& prefix) {
  return absl::AbortedError(absl::StrCat("rendezvous ", prefix, " is superseded"));
}

absl::Status CheckKey(absl::string_view field, const std::string& key) {
  if (key.size() <= kMaxRendezvousKey) return absl::OkStatus();
  return InvalidField(field, absl::StrCat("must be at most ", kMaxRendezvousKey, " bytes"));
}

absl::Status CheckKeys(const std::vector<std::string>& keys) {
  if (keys.size() > kMaxRendezvousWaitKeys) {
    return InvalidField("keys", absl::StrCat("must be at most ", kMaxRendezvousWaitKeys));
  }
  for (const std::string& key : keys) DOODLE_RETURN_IF_ERROR(CheckKey("keys", key));
  return absl::OkStatus();
}

absl::Status Stopped() { return absl::CancelledError("the coordinator is stopping"); }

}  // namespace

void RendezvousStore::Open(const std::string& prefix) {
  absl::MutexLock lock(&mu_);
  spaces_.try_emplace(prefix);
}

absl::AnyInvocable<void()> RendezvousStore::Close(const std::string& prefix) {
  std::vector<Completed> completed;
  {
    absl::MutexLock lock(&mu_);
    auto found = spaces_.find(prefix);
    if (found != spaces_.end()) {
      for (Waiter& waiter : found->second.waiters) {
        completed.push_back({std::move(waiter.callback), Superseded(prefix)});
      }
      spaces_.erase(found);
    }
  }
  // Called by whoever closed the space, after it has let go of its own lock: a callback may come back here.
  return [completed = std::move(completed)]() mutable { Call(std::move(completed)); };
}

absl::Status RendezvousStore::Set(const std::string& prefix, const std::string& key, std::string value) {
  DOODLE_RETURN_IF_ERROR(CheckKey("key", key));
  std::vector<Completed> completed;
  {
    absl::MutexLock lock(&mu_);
    auto found = spaces_.find(prefix);
    if (found == spaces_.end()) return Superseded(prefix);
    Space& space = found->second;
    DOODLE_RETURN_IF_ERROR(CheckRoom(space, key, value), absl::StrCat("rendezvous ", prefix));
    const auto [place, added] = space.values.try_emplace(key);
    space.bytes += (added ? key.size() : 0) + value.size() - place->second.size();
    place->second = std::move(value);
    std::erase_if(space.waiters, [&](Waiter& waiter) {
      if (!MissingKeys(space, waiter.keys).empty()) return false;
      completed.push_back({std::move(waiter.callback), ValuesOf(space, waiter.keys)});
      return true;
    });
  }
  Call(std::move(completed));
  return absl::OkStatus();
}

void RendezvousStore::Wait(const std::string& prefix, std::vector<std::string> keys, absl::Duration timeout,
                           WaitCallback callback) {
  absl::StatusOr<std::vector<std::string>> result = Stopped();
  if (const absl::Status valid = CheckKeys(keys); !valid.ok()) {
    callback(valid);
    return;
  }
  {
    absl::MutexLock lock(&mu_);
    auto found = spaces_.find(prefix);
    if (stopped_) {
      result = Stopped();
    } else if (found == spaces_.end()) {
      result = Superseded(prefix);
    } else if (MissingKeys(found->second, keys).empty()) {
      result = ValuesOf(found->second, keys);
    } else if (found->second.waiters.size() >= kMaxRendezvousWaiters) {
      result = absl::ResourceExhaustedError(
          absl::StrCat("rendezvous ", prefix, ": ", kMaxRendezvousWaiters, " calls wait already"));
    } else {
      const absl::Duration deadline = clock_.SteadyNow() + std::min(timeout, kLongestWait);
      found->second.waiters.push_back({std::move(keys), deadline, std::move(callback)});
      return;
    }
  }
  callback(std::move(result));
}

void RendezvousStore::Tick() {
  const absl::Duration now = clock_.SteadyNow();
  std::vector<Completed> completed;
  {
    absl::MutexLock lock(&mu_);
    for (auto& [prefix, space] : spaces_) {
      std::erase_if(space.waiters, [&, &open = space](Waiter& waiter) {
        if (now < waiter.deadline) return false;
        const std::vector<std::string> missing = MissingKeys(open, waiter.keys);
        completed.push_back({std::move(waiter.callback),
                             absl::DeadlineExceededError(absl::StrCat("not set: ", absl::StrJoin(missing, ", ")))});
        return true;
      });
    }
  }
  Call(std::move(completed));
}

void RendezvousStore::Stop() {
  std::vector<Completed> completed;
  {
    absl::MutexLock lock(&mu_);
    stopped_ = true;
    for (auto& [prefix, space] : spaces_) {
      for (Waiter& waiter : space.waiters) completed.push_back({std::move(waiter.callback), Stopped()});
      space.waiters.clear();
    }
  }
  Call(std::move(completed));
}

std::vector<std::string> RendezvousStore::MissingKeys(const Space& space, const std::vector<std::string>& keys) {
  std::vector<std::string> missing;
  for (const std::string& key : keys) {
    if (!space.values.contains(key)) missing.push_back(key);
  }
  return missing;
}

absl::Status RendezvousStore::CheckRoom(const Space& space, const std::string& key, const std::string& value) {
  if (value.size() > kMaxRendezvousValue) {
    return absl::ResourceExhaustedError(absl::StrCat("value: must be at most ", kMaxRendezvousValue, " bytes"));
  }
  const auto known = space.values.find(key);
  const bool added = known == space.values.end();
  if (added && space.values.size() >= kMaxRendezvousKeys) {
    return absl::ResourceExhaustedError(absl::StrCat("key: there are ", kMaxRendezvousKeys, " already"));
  }
  const size_t freed = added ? 0 : known->second.size();
  if (space.bytes - freed + (added ? key.size() : 0) + value.size() > kMaxRendezvousBytes) {
    return absl::ResourceExhaustedError(absl::StrCat("value: more than ", kMaxRendezvousBytes, " bytes in all"));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<std::string>> RendezvousStore::ValuesOf(const Space& space,
                                                                   const std::vector<std::string>& keys) {
  std::vector<std::string> values;
  values.reserve(keys.size());
  size_t bytes = 0;
  for (const std::string& key : keys) {
    const std::string& value = space.values.at(key);
    bytes += value.size();
    if (bytes > kMaxRendezvousAnswer) {
      return absl::ResourceExhaustedError(absl::StrCat("keys: their values are over ", kMaxRendezvousAnswer, " bytes"));
    }
    values.push_back(value);
  }
  return values;
}

void RendezvousStore::Call(std::vector<Completed> completed) {
  for (Completed& one : completed) one.callback(std::move(one.result));
}

}  // namespace doodle
