// Decoded blocks of a dataset, the least recently used dropped first. One per rank: lanes read the same blocks.
#ifndef DOODLE_WORKER_DATASET_BLOCK_CACHE_H_
#define DOODLE_WORKER_DATASET_BLOCK_CACHE_H_

#include <cstdint>
#include <list>
#include <memory>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "common/drawing/drawing.h"
#include "common/shard/dataset_reader.h"
#include "worker/dataset/drawing_pool.h"

namespace doodle {

using Block = std::shared_ptr<const std::vector<Drawing>>;

// Thread-safe. A block that several threads ask for at once is decoded once. `dataset` must outlive it.
class BlockCache {
 public:
  // Keeps up to `limit_bytes` of decoded drawings, and always the block asked for last; beside them a DrawingPool.
  BlockCache(const DatasetReader& dataset, uint64_t limit_bytes) : dataset_(dataset), limit_bytes_(limit_bytes) {}

  // `shard` by manifest index. Errors of ShardReader::ReadBlock, RESOURCE_EXHAUSTED without memory; they are not kept,
  // so a repeated call reads again.
  absl::StatusOr<Block> Get(uint32_t shard, uint32_t block) ABSL_LOCKS_EXCLUDED(mu_);

  uint64_t bytes_held() const ABSL_LOCKS_EXCLUDED(mu_);
  uint64_t compressed_bytes_read() const ABSL_LOCKS_EXCLUDED(mu_);  // Since construction.

 private:
  using Key = std::pair<uint32_t, uint32_t>;  // Shard, block.
  struct Entry {
    Block block;  // Null: a thread is decoding it.
    uint64_t bytes = 0;
    std::list<Key>::iterator place;  // In use_, once there is a block.
  };

  // A block on its way into the cache, with all the memory that this takes.
  struct Decoded {
    Block block;
    uint64_t bytes = 0;
    std::list<Key> place;  // One element, for use_.
  };

  absl::StatusOr<Decoded> Decode(Key key) const;
  Block InsertLocked(Key key, Decoded decoded) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  bool NotDecoding(Key key) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  const DatasetReader& dataset_;
  const uint64_t limit_bytes_;
  const std::shared_ptr<DrawingPool> pool_ = std::make_shared<DrawingPool>();  // Outlived by blocks that are held.

  mutable absl::Mutex mu_;
  absl::flat_hash_map<Key, Entry> entries_ ABSL_GUARDED_BY(mu_);
  std::list<Key> use_ ABSL_GUARDED_BY(mu_);  // Most recent first.
  uint64_t bytes_ ABSL_GUARDED_BY(mu_) = 0;
  uint64_t compressed_bytes_ ABSL_GUARDED_BY(mu_) = 0;
};

}  // namespace doodle

#endif  // DOODLE_WORKER_DATASET_BLOCK_CACHE_H_
