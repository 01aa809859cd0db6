// An object store in memory, with faults on command.
#ifndef DOODLE_TESTS_UNIT_COMMON_STORAGE_FAKE_OBJECT_STORE_H_
#define DOODLE_TESTS_UNIT_COMMON_STORAGE_FAKE_OBJECT_STORE_H_

#include <map>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "common/storage/object_store.h"

namespace doodle {

// One bucket, "bucket". Pages of listings have `page_keys` entries. Thread-safe.
class FakeObjectStore final : public ObjectStore {
 public:
  struct State {
    absl::Mutex mu;
    std::map<std::string, std::string> objects;
    std::map<std::string, std::vector<std::string>> uploads;
    std::map<std::string, int> etags;  // Writes of a key.
    std::vector<std::string> calls;    // "PUT key", "READ key offset length", ...
    std::string fail;                  // A call that begins so is refused.
    size_t page_keys = 1000;
  };
  explicit FakeObjectStore(State& state) : state_(state) {}

  absl::StatusOr<ObjectVersion> Head(const ObjectName& name) override {
    if (absl::Status status = Call(absl::StrCat("HEAD ", name.key)); !status.ok()) return status;
    if (name.bucket != "bucket") return absl::NotFoundError(absl::StrCat(ToString(name), ": no such bucket"));
    absl::MutexLock lock(&state_.mu);
    const auto found = state_.objects.find(name.key);
    if (found == state_.objects.end()) return absl::NotFoundError(absl::StrCat(ToString(name), ": no such object"));
    return ObjectVersion{found->second.size(), Etag(name.key)};
  }

  absl::StatusOr<std::string> Read(const ObjectName& name, const ObjectVersion& version, uint64_t offset,
                                   uint64_t length) override {
    if (absl::Status status = Call(absl::StrCat("READ ", name.key, " ", offset, " ", length)); !status.ok()) {
      return status;
    }
    absl::MutexLock lock(&state_.mu);
    if (version.etag != Etag(name.key)) return absl::FailedPreconditionError("it changed while it was read");
    const std::string& content = state_.objects.at(name.key);
    if (offset + length > content.size()) return absl::OutOfRangeError("past the end");
    return content.substr(offset, length);
  }

  absl::Status Write(const ObjectName& name, absl::string_view content) override {
    if (absl::Status status = Call(absl::StrCat("PUT ", name.key)); !status.ok()) return status;
    absl::MutexLock lock(&state_.mu);
    state_.objects[name.key] = std::string(content);
    ++state_.etags[name.key];
    return absl::OkStatus();
  }

  absl::StatusOr<std::string> StartUpload(const ObjectName& name) override {
    if (absl::Status status = Call(absl::StrCat("START ", name.key)); !status.ok()) return status;
    absl::MutexLock lock(&state_.mu);
    state_.uploads[name.key] = {};
    return absl::StrCat("upload of ", name.key);
  }

  absl::StatusOr<std::string> WritePart(const ObjectName& name, const std::string&, int part,
                                        absl::string_view content) override {
    if (absl::Status status = Call(absl::StrCat("PART ", part, " ", name.key)); !status.ok()) return status;
    absl::MutexLock lock(&state_.mu);
    state_.uploads[name.key].emplace_back(content);
    return absl::StrCat("part ", part);
  }

  absl::Status FinishUpload(const ObjectName& name, const std::string&, const std::vector<std::string>&) override {
    if (absl::Status status = Call(absl::StrCat("FINISH ", name.key)); !status.ok()) return status;
    absl::MutexLock lock(&state_.mu);
    state_.objects[name.key].clear();
    for (const std::string& part : state_.uploads[name.key]) state_.objects[name.key] += part;
    ++state_.etags[name.key];
    state_.uploads.erase(name.key);
    return absl::OkStatus();
  }

  absl::Status AbortUpload(const ObjectName& name, const std::string&) override {
    absl::MutexLock lock(&state_.mu);
    state_.uploads.erase(name.key);
    return absl::OkStatus();
  }

  absl::Status Remove(const ObjectName& name) override {
    absl::MutexLock lock(&state_.mu);
    state_.objects.erase(name.key);
    return absl::OkStatus();
  }

  absl::StatusOr<ObjectPage> List(const ObjectName& prefix, const std::string& from) override {
    if (absl::Status status = Call(absl::StrCat("LIST ", prefix.key)); !status.ok()) return status;
    if (prefix.bucket != "bucket") return absl::NotFoundError(absl::StrCat(ToString(prefix), ": no such bucket"));
    absl::MutexLock lock(&state_.mu);
    ObjectPage page;
    for (auto it = state_.objects.upper_bound(from); it != state_.objects.end(); ++it) {
      if (!absl::StartsWith(it->first, prefix.key)) continue;
      if (page.keys.size() == state_.page_keys) {
        page.next = page.keys.back();
        break;
      }
      const size_t slash = it->first.find('/', prefix.key.size());
      if (slash == std::string::npos) {
        page.keys.push_back(it->first);
      } else if (page.folders.empty() || !absl::StartsWith(it->first, page.folders.back())) {
        page.folders.push_back(it->first.substr(0, slash + 1));
      }
    }
    return page;
  }

 private:
  std::string Etag(const std::string& key) { return absl::StrCat("\"", key, state_.etags[key], "\""); }

  absl::Status Call(const std::string& call) {
    absl::MutexLock lock(&state_.mu);
    state_.calls.push_back(call);
    if (state_.fail.empty() || !absl::StartsWith(call, state_.fail)) return absl::OkStatus();
    return absl::UnavailableError(absl::StrCat(call, " is refused"));
  }

  State& state_;
};

}  // namespace doodle

#endif  // DOODLE_TESTS_UNIT_COMMON_STORAGE_FAKE_OBJECT_STORE_H_
