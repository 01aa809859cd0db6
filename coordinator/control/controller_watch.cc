// Watching a job by its version.
#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "coordinator/control/controller.h"

namespace doodle {

uint64_t Controller::WatchJob(const std::string& id, uint64_t after_version, WatchCallback callback) {
  uint64_t watch = 0;
  {
    absl::MutexLock lock(&mu_);
    watch = next_watch_++;
    const auto found = jobs_.find(id);
    if (found == jobs_.end()) {
      Defer([id, callback = std::move(callback)]() mutable {
        callback(absl::NotFoundError(absl::StrCat("job ", id, " does not exist")));
      });
    } else if (found->second->version > after_version) {
      Defer([job = ToProto(*found->second), callback = std::move(callback)]() mutable { callback(std::move(job)); });
    } else {
      watchers_.emplace(watch, Watcher{id, after_version, std::move(callback)});
    }
  }
  Settle();
  return watch;
}

void Controller::Unwatch(uint64_t watch) {
  absl::MutexLock lock(&mu_);
  watchers_.erase(watch);
}

void Controller::Changed(JobEntry& entry) {
  ++entry.version;
  const auto watched = [&](const auto& watcher) { return watcher.second.job == entry.id(); };
  // A progress report a second of each rank: the message is made only for somebody.
  if (std::any_of(watchers_.begin(), watchers_.end(), watched)) TellWatchers(entry.id(), ToProto(entry));
}

void Controller::TellWatchers(const std::string& job, const absl::StatusOr<v1::Job>& news) {
  for (auto watcher = watchers_.begin(); watcher != watchers_.end();) {
    if (watcher->second.job != job) {
      ++watcher;
      continue;
    }
    Defer([news, callback = std::move(watcher->second.callback)]() mutable { callback(news); });
    watcher = watchers_.erase(watcher);
  }
}

}  // namespace doodle
