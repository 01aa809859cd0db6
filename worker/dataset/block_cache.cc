#include "worker/dataset/block_cache.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/status/status.h"

namespace doodle {
namespace {

uint64_t BytesOf(const std::vector<Drawing>& drawings) {
  uint64_t bytes = drawings.capacity() * sizeof(Drawing);
  for (const Drawing& drawing : drawings) {
    bytes += drawing.x.capacity() + drawing.y.capacity() + drawing.stroke_lengths.capacity() * sizeof(uint32_t);
  }
  return bytes;
}

}  // namespace

absl::StatusOr<Block> BlockCache::Get(uint32_t shard, uint32_t block) {
  const Key key{shard, block};
  {
    absl::MutexLock lock(&mu_);
    // Decoding takes a millisecond and always ends, so this wait needs no deadline.
    const auto not_decoding = [this, key]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) { return NotDecoding(key); };
    mu_.Await(absl::Condition(&not_decoding));
    if (const auto found = entries_.find(key); found != entries_.end()) {
      use_.splice(use_.begin(), use_, found->second.place);
      return found->second.block;
    }
    entries_[key];  // Others wait from here on.
  }
  const ShardReader& reader = dataset_.shard(shard);
  absl::StatusOr<std::vector<Drawing>> drawings = reader.ReadBlock(block, dataset_.manifest().classes);
  absl::MutexLock lock(&mu_);
  if (!drawings.ok()) {
    entries_.erase(key);
    return drawings.status();
  }
  compressed_bytes_ += reader.block_bytes(block);
  Block shared = std::make_shared<const std::vector<Drawing>>(*std::move(drawings));
  InsertLocked(key, shared);
  return shared;
}

void BlockCache::InsertLocked(Key key, Block block) {
  const uint64_t bytes = BytesOf(*block);
  use_.push_front(key);
  entries_[key] = {std::move(block), bytes, use_.begin()};
  bytes_ += bytes;
  while (bytes_ > limit_bytes_ && use_.size() > 1) {
    const Key oldest = use_.back();
    use_.pop_back();
    bytes_ -= entries_[oldest].bytes;
    entries_.erase(oldest);
  }
}

bool BlockCache::NotDecoding(Key key) const {
  const auto found = entries_.find(key);
  return found == entries_.end() || found->second.block != nullptr;
}

uint64_t BlockCache::bytes_held() const {
  absl::MutexLock lock(&mu_);
  return bytes_;
}

uint64_t BlockCache::compressed_bytes_read() const {
  absl::MutexLock lock(&mu_);
  return compressed_bytes_;
}

}  // namespace doodle
