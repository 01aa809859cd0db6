// The files inside a zip, read where they lie. The one door to libzip.
#ifndef DOODLE_COMMON_INGEST_ZIP_ARCHIVE_H_
#define DOODLE_COMMON_INGEST_ZIP_ARCHIVE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/ingest/byte_source.h"
#include "common/io/file_system.h"

namespace doodle {

inline constexpr uint64_t kMaxZipMembers = 100'000;

struct ZipMember {
  std::string name;           // With its folders, as the archive writes it.
  uint64_t index = 0;         // In the archive's directory.
  uint64_t packed_bytes = 0;  // In the archive.
};

// The files of an archive in the order of its directory, without folders. libzip reads through `files`; nothing is
// unpacked to the disk. DATA_LOSS for a damaged archive or one whose members overlap, RESOURCE_EXHAUSTED for more than
// kMaxZipMembers. Neither names the path.
absl::StatusOr<std::vector<ZipMember>> ListZip(FileSystem& files, const std::string& path);

// The unpacked bytes of one of them. Each source has its own handle, so that threads can read one archive side by side.
//  - UNIMPLEMENTED: encrypted, or packed by a method that libzip does not know.
//  - RESOURCE_EXHAUSTED: its header promises to unpack to more than 64 MiB and 200 times its size: taken for a bomb.
//  - Read: DATA_LOSS for damaged bytes, a wrong checksum, or more or fewer bytes than the header says.
// bytes_read() is what was taken of packed_bytes, all of them at the end. `files` must outlive the source.
// Memory: the archive's directory (about 200 bytes a member) and half a MiB.
absl::StatusOr<std::unique_ptr<ByteSource>> OpenZipMember(FileSystem& files, const std::string& path, uint64_t index);

}  // namespace doodle

#endif  // DOODLE_COMMON_INGEST_ZIP_ARCHIVE_H_
