#include "common/storage/cached_objects.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "common/io/checksum.h"
#include "common/log/log.h"
#include "common/status/status.h"

namespace doodle {
namespace {

constexpr absl::Duration kFetchTimeout = absl::Minutes(10);  // Of another thread; then this one fetches, too.

class CachedObjectFile final : public RandomAccessFile {
 public:
  CachedObjectFile(CachedObjects& objects, ObjectName name, ObjectVersion version)
      : objects_(objects), name_(std::move(name)), version_(std::move(version)) {}

  uint64_t size() const override { return version_.bytes; }

  absl::StatusOr<std::string> Read(uint64_t offset, uint64_t length) const override {
    if (offset > size() || length > size() - offset) {
      return absl::OutOfRangeError(
          absl::StrCat(ToString(name_), ": has ", size(), " bytes, asked for ", length, " from ", offset));
    }
    if (length == 0) return std::string();
    if (!objects_.has_cache()) return objects_.ReadDirectly(name_, version_, offset, length);
    std::string bytes;
    while (bytes.size() < length) {
      const uint64_t at = offset + bytes.size();
      const uint64_t inside = at % objects_.piece_bytes();
      const uint64_t wanted = std::min<uint64_t>(length - bytes.size(), objects_.piece_bytes() - inside);
      DOODLE_ASSIGN_OR_RETURN(std::string part,
                              objects_.ReadPiece(name_, version_, at / objects_.piece_bytes(), inside, wanted));
      if (bytes.empty()) {
        bytes = std::move(part);
      } else {
        bytes += part;
      }
    }
    return bytes;
  }

 private:
  CachedObjects& objects_;
  const ObjectName name_;
  const ObjectVersion version_;
};

}  // namespace

CachedObjects::CachedObjects(ObjectStore& store, PieceCache* cache, Clock& clock, std::string source,
                             uint64_t piece_bytes)
    : store_(store), cache_(cache), clock_(clock), source_(std::move(source)), piece_bytes_(piece_bytes) {}

absl::StatusOr<std::unique_ptr<RandomAccessFile>> CachedObjects::Open(const ObjectName& name) {
  DOODLE_ASSIGN_OR_RETURN(ObjectVersion version, store_.Head(name));
  return std::unique_ptr<RandomAccessFile>(std::make_unique<CachedObjectFile>(*this, name, std::move(version)));
}

absl::StatusOr<std::string> CachedObjects::ReadDirectly(const ObjectName& name, const ObjectVersion& version,
                                                        uint64_t offset, uint64_t length) {
  return store_.Read(name, version, offset, length);
}

absl::StatusOr<std::string> CachedObjects::ReadPiece(const ObjectName& name, const ObjectVersion& version,
                                                     uint64_t piece, uint64_t offset, uint64_t length) {
  const std::string id = Sha256Hex(
      absl::StrCat(source_, "\n", name.bucket, "\n", name.key, "\n", version.etag, "\n", version.bytes, "\n", piece));
  if (auto kept = cache_->Read(id, offset, length)) return *std::move(kept);
  const bool claimed = Claim(id);
  const absl::Cleanup release = [&] {
    if (claimed) Release(id);
  };
  // Another thread may have fetched it meanwhile.
  if (auto kept = cache_->Read(id, offset, length)) return *std::move(kept);
  const uint64_t start = piece * piece_bytes_;
  DOODLE_ASSIGN_OR_RETURN(const std::string content,
                          store_.Read(name, version, start, std::min(piece_bytes_, version.bytes - start)));
  Keep(id, content);
  return content.substr(offset, length);
}

bool CachedObjects::Claim(const std::string& piece) {
  absl::MutexLock lock(&mu_);
  const auto free = [&]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) { return !fetching_.contains(piece); };
  if (!clock_.AwaitUntil(mu_, absl::Condition(&free), clock_.SteadyNow() + kFetchTimeout)) return false;
  fetching_.insert(piece);
  return true;
}

void CachedObjects::Release(const std::string& piece) {
  absl::MutexLock lock(&mu_);
  fetching_.erase(piece);
}

void CachedObjects::Keep(const std::string& piece, const std::string& content) {
  const absl::Status status = cache_->Write(piece, content);
  if (status.ok()) return;
  {
    absl::MutexLock lock(&mu_);
    if (std::exchange(warned_, true)) return;
  }
  LogWarning("the cache of s3:// cannot be written", {{"reason", std::string(status.message())}});
}

}  // namespace doodle
