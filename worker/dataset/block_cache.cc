#include "worker/dataset/block_cache.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/status/status.h"
#include "worker/torch/fence.h"

namespace doodle {
namespace {

uint64_t BytesOf(const std::vector<Drawing>& drawings) {
  uint64_t bytes = drawings.capacity() * sizeof(Drawing);
  for (const Drawing& drawing : drawings) {
    bytes += drawing.x.capacity() + drawing.y.capacity() +
             (drawing.stroke_lengths.capacity() + drawing.times_ms.capacity()) * sizeof(uint32_t) +
             (drawing.raw_x.capacity() + drawing.raw_y.capacity()) * sizeof(float);
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
  // Nothing below may throw: an entry that stays null would keep the others waiting for ever.
  absl::StatusOr<Decoded> decoded = CatchTorch("block", [&] { return Decode(key); });
  absl::MutexLock lock(&mu_);
  if (!decoded.ok()) {
    entries_.erase(key);
    return decoded.status();
  }
  compressed_bytes_ += dataset_.shard(shard).block_bytes(block);
  return InsertLocked(key, *std::move(decoded));
}

absl::StatusOr<BlockCache::Decoded> BlockCache::Decode(Key key) const {
  DOODLE_ASSIGN_OR_RETURN(std::vector<Drawing> drawings,
                          dataset_.shard(key.first).ReadBlock(key.second, dataset_.manifest().classes, pool_->Take()));
  Decoded decoded;
  decoded.bytes = BytesOf(drawings);
  decoded.place.push_back(key);
  const auto give_back = [pool = pool_](std::vector<Drawing>* used) {
    pool->Give(std::move(*used));
    delete used;
  };
  auto owned = std::make_unique<std::vector<Drawing>>(std::move(drawings));
  decoded.block = std::shared_ptr<std::vector<Drawing>>(owned.release(), give_back);
  return decoded;
}

Block BlockCache::InsertLocked(Key key, Decoded decoded) {
  use_.splice(use_.begin(), decoded.place);
  entries_[key] = {decoded.block, decoded.bytes, use_.begin()};
  bytes_ += decoded.bytes;
  while (bytes_ > limit_bytes_ && use_.size() > 1) {
    const Key oldest = use_.back();
    use_.pop_back();
    bytes_ -= entries_[oldest].bytes;
    entries_.erase(oldest);
  }
  return std::move(decoded.block);
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
