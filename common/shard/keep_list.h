// Which drawings of its shards belong to a dataset: a bit for each, so that a dataset is pruned without a copy.
#ifndef DOODLE_COMMON_SHARD_KEEP_LIST_H_
#define DOODLE_COMMON_SHARD_KEEP_LIST_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace doodle {

inline constexpr char kKeepFile[] = "keep.ddk";

// For each shard of the manifest a bit for each of its drawings in file order, lowest bit first, in whole bytes.
using KeepBits = std::vector<std::string>;

// The bytes of the file: docs/formats/dataset.md.
absl::StatusOr<std::string> EncodeKeepList(const KeepBits& bits);

// DATA_LOSS for bytes that are no keep-list for `shards` shards; FAILED_PRECONDITION for a newer version. The caller
// compares the file's SHA-256 with the manifest's.
absl::StatusOr<KeepBits> DecodeKeepList(absl::string_view bytes, size_t shards);

}  // namespace doodle

#endif  // DOODLE_COMMON_SHARD_KEEP_LIST_H_
