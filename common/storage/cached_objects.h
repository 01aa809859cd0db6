// Reads objects by ranges: whole pieces are fetched, kept in a PieceCache and read from there.
#ifndef DOODLE_COMMON_STORAGE_CACHED_OBJECTS_H_
#define DOODLE_COMMON_STORAGE_CACHED_OBJECTS_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "common/io/file_system.h"
#include "common/storage/object_store.h"
#include "common/storage/piece_cache.h"
#include "common/time/clock.h"

namespace doodle {

// DO NOT CHANGE without another name for pieces: those on disk have this size.
inline constexpr uint64_t kPieceBytes = 4 << 20;

// A piece is known by its object's name, size and etag, so that a changed object is never mixed with its old self.
// Several threads that want one piece fetch it once. A cache that cannot be written costs speed, not the read: it is
// logged once. Thread-safe. What it refers to must outlive it, and it must outlive the files it opens.
class CachedObjects {
 public:
  // `source` tells endpoints apart in a cache that they share. `cache` may be null: every read is a request then.
  CachedObjects(ObjectStore& store, PieceCache* cache, Clock& clock, std::string source,
                uint64_t piece_bytes = kPieceBytes);

  // Asks the store for size and etag. NOT_FOUND and the other errors of ObjectStore.
  absl::StatusOr<std::unique_ptr<RandomAccessFile>> Open(const ObjectName& name);

  // Part of one piece of an object.
  absl::StatusOr<std::string> ReadPiece(const ObjectName& name, const ObjectVersion& version, uint64_t piece,
                                        uint64_t offset, uint64_t length) ABSL_LOCKS_EXCLUDED(mu_);
  absl::StatusOr<std::string> ReadDirectly(const ObjectName& name, const ObjectVersion& version, uint64_t offset,
                                           uint64_t length);
  bool has_cache() const { return cache_ != nullptr; }
  uint64_t piece_bytes() const { return piece_bytes_; }

 private:
  bool Claim(const std::string& piece) ABSL_LOCKS_EXCLUDED(mu_);
  void Release(const std::string& piece) ABSL_LOCKS_EXCLUDED(mu_);
  void Keep(const std::string& piece, const std::string& content) ABSL_LOCKS_EXCLUDED(mu_);

  ObjectStore& store_;
  PieceCache* const cache_;
  Clock& clock_;
  const std::string source_;
  const uint64_t piece_bytes_;
  absl::Mutex mu_;
  absl::flat_hash_set<std::string> fetching_ ABSL_GUARDED_BY(mu_);
  bool warned_ ABSL_GUARDED_BY(mu_) = false;
};

}  // namespace doodle

#endif  // DOODLE_COMMON_STORAGE_CACHED_OBJECTS_H_
