// Pieces of remote objects on a local disk, within a limit: least recently used out first.
#ifndef DOODLE_COMMON_STORAGE_PIECE_CACHE_H_
#define DOODLE_COMMON_STORAGE_PIECE_CACHE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "common/io/file_system.h"

namespace doodle {

// One file a piece: a line with its length and CRC-32C, then its bytes; written under a temporary name, synced,
// renamed. A piece is checked whole when this process first reads it, and one that does not match is removed and
// missed. Several processes may share the directory. Files are used in the order of their modification times, which a
// read sets.
//
// The limit holds for one process. Each of several looks at the whole directory only now and then, so that together
// they may pass it by a sixteenth for each.
// Thread-safe. `files` must be of the local machine and outlive it.
class PieceCache {
 public:
  // Makes the directory. Pieces that are there count and are used.
  static absl::StatusOr<std::unique_ptr<PieceCache>> Open(FileSystem& files, std::string directory,
                                                          uint64_t limit_bytes);

  // `length` bytes from `offset` of the piece; empty: it is not here, or damaged. `name`: letters and digits.
  std::optional<std::string> Read(const std::string& name, uint64_t offset, uint64_t length) ABSL_LOCKS_EXCLUDED(mu_);

  // Makes room and keeps it. RESOURCE_EXHAUSTED for a piece above the limit or a full disk. Whether it fails or not, no
  // part of a piece is ever read.
  absl::Status Write(const std::string& name, absl::string_view content) ABSL_LOCKS_EXCLUDED(mu_);

  uint64_t bytes() const ABSL_LOCKS_EXCLUDED(mu_);  // As last counted.

 private:
  PieceCache(FileSystem& files, std::string directory, uint64_t limit_bytes);
  std::string PathOf(const std::string& name) const;
  bool IsSound(const std::string& name, const RandomAccessFile& file);
  void MakeRoom(uint64_t bytes);

  FileSystem& files_;
  const std::string directory_;
  const uint64_t limit_bytes_;
  mutable absl::Mutex mu_;
  absl::flat_hash_set<std::string> sound_ ABSL_GUARDED_BY(mu_);  // Checked by this process.
  uint64_t bytes_ ABSL_GUARDED_BY(mu_) = 0;
  uint64_t since_count_ ABSL_GUARDED_BY(mu_) = 0;  // Written since the directory was last looked at.
};

}  // namespace doodle

#endif  // DOODLE_COMMON_STORAGE_PIECE_CACHE_H_
