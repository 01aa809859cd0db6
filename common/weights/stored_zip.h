// The part of zip that .pth files use: entries stored without compression, ZIP64 where a size or an offset needs it
// (PKWARE APPNOTE 4.3 and 4.5.3).
#ifndef DOODLE_COMMON_WEIGHTS_STORED_ZIP_H_
#define DOODLE_COMMON_WEIGHTS_STORED_ZIP_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace doodle {

// Thread-compatible.
class StoredZipWriter {
 public:
  struct Options {
    uint64_t alignment = 64;    // Content begins at a multiple of this, so that readers can map it.
    bool always_zip64 = false;  // ZIP64 records even where they are not needed: for tests.
  };
  explicit StoredZipWriter(Options options) : options_(options) {}

  void Add(absl::string_view name, absl::string_view content);
  // The whole archive; once.
  std::string Finish();

 private:
  struct Entry {
    std::string name;
    uint32_t crc = 0;
    uint64_t size = 0;
    uint64_t offset = 0;  // Of the local header.
  };
  bool NeedsZip64(uint64_t value) const { return options_.always_zip64 || value >= 0xffffffffULL; }
  void AppendCentralHeader(const Entry& entry);
  void AppendEnd(uint64_t directory_offset, uint64_t directory_size);

  const Options options_;
  std::string bytes_;
  std::vector<Entry> entries_;
};

// Name -> content; the views point into `bytes`. DATA_LOSS for a broken archive, a compressed or encrypted entry, two
// entries of one name or a wrong checksum.
absl::StatusOr<std::map<std::string, absl::string_view>> ReadStoredZip(absl::string_view bytes);

}  // namespace doodle

#endif  // DOODLE_COMMON_WEIGHTS_STORED_ZIP_H_
