// From the paths a user names to the files that are read, in folders and in zip archives.
#ifndef DOODLE_COMMON_INGEST_INPUT_FILES_H_
#define DOODLE_COMMON_INGEST_INPUT_FILES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/ingest/unpacked_source.h"
#include "common/io/file_system.h"

namespace doodle {

// A file, or a member of a zip archive.
struct InputFile {
  std::string path;          // As reports name it: "FILE" or "ARCHIVE:MEMBER".
  uint64_t bytes = 0;        // On disk; a member's packed bytes.
  std::string archive = {};  // Empty for a file.
  uint64_t member = 0;       // ZipMember::index.

  // What its format and label are told by: the path, or the member's name in the archive.
  absl::string_view name() const {
    return archive.empty() ? absl::string_view(path) : absl::string_view(path).substr(archive.size() + 1);
  }
};

// A file stands for itself; an archive (.zip, .npz) for its files of drawings; "ARCHIVE:MEMBER" for that member or the
// files in that folder of it; a folder for its files of drawings and the archives in it, by name and without
// descending. Files of drawings are told by their first bytes (FormatOf); what has the ending of one is taken, too, so
// that a damaged file is not passed over. Other files, hidden ones, bitmaps and tables of answers are. The order of
// `paths` is kept. NOT_FOUND for a missing path or member; INVALID_ARGUMENT for no path at all, or a folder or archive
// without such a file; DATA_LOSS and RESOURCE_EXHAUSTED as ListZip.
absl::StatusOr<std::vector<InputFile>> ExpandInputs(FileSystem& files, const std::vector<std::string>& paths);

// Whether `path` is there, or is "ARCHIVE:MEMBER" of an archive that is.
bool InputExists(FileSystem& files, const std::string& path);

// The bytes of the drawings. Errors of the file system, OpenZipMember and Unpack, with the path. `files` must outlive
// the source.
absl::StatusOr<UnpackedContent> OpenInputFile(FileSystem& files, const InputFile& input);

}  // namespace doodle

#endif  // DOODLE_COMMON_INGEST_INPUT_FILES_H_
