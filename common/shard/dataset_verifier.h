// Reads a dataset from end to end and names what is damaged.
#ifndef DOODLE_COMMON_SHARD_DATASET_VERIFIER_H_
#define DOODLE_COMMON_SHARD_DATASET_VERIFIER_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/io/file_system.h"

namespace doodle {

struct VerifyReport {
  uint64_t shards = 0;
  uint64_t blocks = 0;
  uint64_t drawings = 0;
  uint64_t bytes = 0;  // Of the shards that could be opened.
  std::vector<std::string>
      damage;  // One line each, with shard and block: "shard .../shard-00003.dds: block 7: bad checksum".

  std::string sample_digest;  // Of the drawings read; empty where there is damage.

  bool ok() const { return damage.empty(); }
};

// Called after each shard with shards done and in all. May be null.
using VerifyProgress = std::function<void(uint64_t done, uint64_t shards)>;

// Every block's checksum and contents, every file's SHA-256, counts and order. Goes on after damage, so that one run
// finds all of it. An error when there is no readable manifest: NOT_FOUND, DATA_LOSS, FAILED_PRECONDITION.
absl::StatusOr<VerifyReport> VerifyDataset(FileSystem& files, const std::string& directory,
                                           const VerifyProgress& progress = nullptr);

}  // namespace doodle

#endif  // DOODLE_COMMON_SHARD_DATASET_VERIFIER_H_
