#include "common/storage/storage_files.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "common/log/log.h"
#include "common/status/status.h"
#include "common/storage/cached_objects.h"
#include "common/storage/curl_transport.h"
#include "common/storage/object_upload.h"
#include "common/storage/piece_cache.h"
#include "common/storage/s3_object_store.h"
#include "common/storage/uri.h"

namespace doodle {
namespace {

constexpr uint64_t kLeastCache = 64 << 20;

ObjectName NameOf(const std::string& path) {
  const size_t bucket = sizeof("s3://") - 1;
  const size_t slash = std::min(path.find('/', bucket), path.size());
  return {path.substr(bucket, slash - bucket), slash == path.size() ? "" : path.substr(slash + 1)};
}

// What begins the keys of everything in a folder.
ObjectName Below(ObjectName folder) {
  if (!folder.key.empty() && folder.key.back() != '/') folder.key += '/';
  return folder;
}

// Everything that talks to one endpoint, in the order in which it is built.
struct Remote {
  std::unique_ptr<WebTransport> transport;
  std::unique_ptr<ObjectStore> store;
  std::unique_ptr<PieceCache> cache;
  std::unique_ptr<CachedObjects> objects;
};

class StorageFiles final : public FileSystem {
 public:
  StorageFiles(StorageOptions options, FileSystem& local, Clock& clock, std::unique_ptr<ObjectStore> store)
      : options_(std::move(options)), local_(local), clock_(clock), given_(std::move(store)) {}

  absl::StatusOr<std::unique_ptr<WritableFile>> Create(const std::string& path) override {
    if (!IsObjectPath(path)) return local_.Create(path);
    DOODLE_ASSIGN_OR_RETURN(Remote * remote, Connect());
    return std::unique_ptr<WritableFile>(std::make_unique<ObjectUpload>(*remote->store, NameOf(path)));
  }

  absl::StatusOr<std::unique_ptr<RandomAccessFile>> Open(const std::string& path) override {
    if (!IsObjectPath(path)) return local_.Open(path);
    DOODLE_ASSIGN_OR_RETURN(Remote * remote, Connect());
    return remote->objects->Open(NameOf(path));
  }

  absl::Status MakeDirectories(const std::string& path) override {
    return IsObjectPath(path) ? absl::OkStatus() : local_.MakeDirectories(path);
  }
  absl::Status SyncFile(const std::string& path) override {
    return IsObjectPath(path) ? absl::OkStatus() : local_.SyncFile(path);
  }
  absl::Status SyncDirectory(const std::string& path) override {
    return IsObjectPath(path) ? absl::OkStatus() : local_.SyncDirectory(path);
  }

  absl::Status Rename(const std::string& from, const std::string& to) override {
    if (!IsObjectPath(from) && !IsObjectPath(to)) return local_.Rename(from, to);
    return absl::UnimplementedError(absl::StrCat("rename ", from, " to ", to, ": an object store has no rename"));
  }

  absl::Status RemoveAll(const std::string& path) override {
    if (!IsObjectPath(path)) return local_.RemoveAll(path);
    DOODLE_ASSIGN_OR_RETURN(Remote * remote, Connect());
    const ObjectName name = NameOf(path);
    if (name.key.empty()) return absl::InvalidArgumentError(absl::StrCat(path, ": a whole bucket is not removed"));
    DOODLE_RETURN_IF_ERROR(remote->store->Remove(name));
    return RemoveBelow(*remote->store, Below(name));
  }

  bool Exists(const std::string& path) override {
    if (!IsObjectPath(path)) return local_.Exists(path);
    const auto remote = Connect();
    if (!remote.ok()) return false;
    const ObjectName name = NameOf(path);
    if (!name.key.empty() && (*remote)->store->Head(name).ok()) return true;
    return List(path).ok();
  }

  absl::StatusOr<std::vector<std::string>> List(const std::string& path) override {
    if (!IsObjectPath(path)) return local_.List(path);
    DOODLE_ASSIGN_OR_RETURN(Remote * remote, Connect());
    const ObjectName below = Below(NameOf(path));
    std::vector<std::string> names;
    std::string from;
    do {
      DOODLE_ASSIGN_OR_RETURN(const ObjectPage page, remote->store->List(below, from));
      for (const std::string& key : page.keys) {
        if (key.size() > below.key.size()) names.push_back(key.substr(below.key.size()));
      }
      for (const std::string& folder : page.folders) {
        names.push_back(folder.substr(below.key.size(), folder.size() - below.key.size() - 1));
      }
      from = page.next;
    } while (!from.empty());
    if (names.empty()) return absl::NotFoundError(absl::StrCat(path, ": nothing is there"));
    std::sort(names.begin(), names.end());
    return names;
  }

 private:
  static absl::Status RemoveBelow(ObjectStore& store, const ObjectName& prefix) {
    while (true) {  // Always the first page: what it named is gone the next time.
      DOODLE_ASSIGN_OR_RETURN(const ObjectPage page, store.List(prefix, ""));
      for (const std::string& key : page.keys) DOODLE_RETURN_IF_ERROR(store.Remove({prefix.bucket, key}));
      for (const std::string& folder : page.folders) {
        DOODLE_RETURN_IF_ERROR(RemoveBelow(store, {prefix.bucket, folder}));
      }
      if (page.next.empty()) return absl::OkStatus();
    }
  }

  absl::StatusOr<Remote*> Connect() ABSL_LOCKS_EXCLUDED(mu_) {
    absl::MutexLock lock(&mu_);  // Only small local files are read under it, once.
    if (remote_ == nullptr) {
      DOODLE_ASSIGN_OR_RETURN(remote_, Build());
    }
    return remote_.get();
  }

  absl::StatusOr<std::unique_ptr<Remote>> Build() {
    auto remote = std::make_unique<Remote>();
    std::string source = "test";
    if (given_ != nullptr) {
      remote->store = std::move(given_);
    } else {
      DOODLE_ASSIGN_OR_RETURN(AwsSettings settings, ReadAwsSettings(options_.variable, local_));
      source = settings.endpoint;
      remote->transport = MakeCurlTransport({}, clock_);
      remote->store = MakeS3ObjectStore(std::make_unique<S3Session>(std::move(settings), *remote->transport, clock_));
    }
    if (options_.cache_limit_bytes >= kLeastCache) {
      auto cache = PieceCache::Open(local_, absl::StrCat(options_.cache_directory, "/s3"), options_.cache_limit_bytes);
      if (cache.ok()) {
        remote->cache = *std::move(cache);
      } else {
        LogWarning("s3:// is read without a cache", {{"reason", std::string(cache.status().message())}});
      }
    }
    remote->objects = std::make_unique<CachedObjects>(*remote->store, remote->cache.get(), clock_, source);
    return remote;
  }

  const StorageOptions options_;
  FileSystem& local_;
  Clock& clock_;
  absl::Mutex mu_;
  std::unique_ptr<ObjectStore> given_ ABSL_GUARDED_BY(mu_);
  std::unique_ptr<Remote> remote_ ABSL_GUARDED_BY(mu_);  // Constant once it is there.
};

}  // namespace

StorageOptions ToStorageOptions(const VariableLookup& variable) {
  StorageOptions options;
  options.variable = variable;
  const std::string home = absl::StrCat(variable("HOME").value_or("."), "/.cache");
  options.cache_directory =
      variable("DOODLE_CACHE_DIR").value_or(absl::StrCat(variable("XDG_CACHE_HOME").value_or(home), "/doodle"));
  uint64_t mebibytes = 0;
  if (absl::SimpleAtoi(variable("DOODLE_CACHE_LIMIT_MIB").value_or(""), &mebibytes) && mebibytes < 1ULL << 40) {
    options.cache_limit_bytes = mebibytes << 20;
  }
  return options;
}

std::unique_ptr<FileSystem> MakeStorageFiles(StorageOptions options, FileSystem& local, Clock& clock) {
  return MakeStorageFiles(std::move(options), local, clock, nullptr);
}

std::unique_ptr<FileSystem> MakeStorageFiles(StorageOptions options, FileSystem& local, Clock& clock,
                                             std::unique_ptr<ObjectStore> store) {
  return std::make_unique<StorageFiles>(std::move(options), local, clock, std::move(store));
}

FileSystem& ProcessStorageFiles() {
  static auto* const files =
      MakeStorageFiles(ToStorageOptions(ProcessVariables()), LocalFileSystem(), RealClock()).release();
  return *files;
}

absl::Status CheckThere(FileSystem& files, const std::string& path) {
  if (files.Exists(path)) return absl::OkStatus();
  if (!IsObjectPath(path)) return absl::NotFoundError(absl::StrCat("no file or folder ", path));
  const absl::Status status = files.List(path).status();
  return absl::IsNotFound(status) ? files.Open(path).status() : status;
}

}  // namespace doodle
