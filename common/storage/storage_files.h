// A FileSystem whose paths may begin with s3://: readers and writers of files need not know where they lie.
//
//     const auto files = MakeStorageFiles(ToStorageOptions(ProcessVariables()), LocalFileSystem(), RealClock());
//     DOODLE_ASSIGN_OR_RETURN(auto dataset, DatasetReader::Open(*files, "s3://bucket/quickdraw"));
#ifndef DOODLE_COMMON_STORAGE_STORAGE_FILES_H_
#define DOODLE_COMMON_STORAGE_STORAGE_FILES_H_

#include <cstdint>
#include <memory>
#include <string>

#include "common/io/file_system.h"
#include "common/storage/aws_settings.h"
#include "common/storage/object_store.h"
#include "common/time/clock.h"

namespace doodle {

struct StorageOptions {
  std::string cache_directory;
  uint64_t cache_limit_bytes = 10ULL << 30;  // Below 64 MiB: nothing is kept, every read is a request.
  VariableLookup variable = ProcessVariables();
};

// DOODLE_CACHE_DIR (else XDG_CACHE_HOME/doodle, else ~/.cache/doodle) and DOODLE_CACHE_LIMIT_MIB. A limit that is no
// number is the default.
StorageOptions ToStorageOptions(const VariableLookup& variable);

// Paths of the machine go to `local` as they are. Of s3://bucket/key:
//  - Settings are read and the cache opened at the first use; an error of either is that call's, as ReadAwsSettings'.
//  - Create uploads: the object appears with Close. Rename is UNIMPLEMENTED: what must appear at once is published
//    (publish.h). MakeDirectories and the syncs do nothing: a store has no folders, and what it confirmed is durable.
//  - Open asks for size and etag, and reads through the cache. FAILED_PRECONDITION when the object changes while open.
//  - List gives keys and folders below "path/"; NOT_FOUND when there are none. Exists is false on any error.
//  - RemoveAll removes the object and everything below "path/"; never a whole bucket.
// Thread-safe. `local` and `clock` must outlive it.
std::unique_ptr<FileSystem> MakeStorageFiles(StorageOptions options, FileSystem& local, Clock& clock);

// The same over a store of a test's own, without settings.
std::unique_ptr<FileSystem> MakeStorageFiles(StorageOptions options, FileSystem& local, Clock& clock,
                                             std::unique_ptr<ObjectStore> store);

// Of this process, with its variables. Lives as long as the process.
FileSystem& ProcessStorageFiles();

// OK when there is a file or folder at `path`; NOT_FOUND, or why it is not to be known.
absl::Status CheckThere(FileSystem& files, const std::string& path);

}  // namespace doodle

#endif  // DOODLE_COMMON_STORAGE_STORAGE_FILES_H_
