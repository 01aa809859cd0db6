#include "common/plan/epoch_order.h"

#include <algorithm>
#include <numeric>
#include <span>
#include <utility>

#include "absl/container/inlined_vector.h"
#include "common/plan/keyed_shuffle.h"

namespace doodle {
namespace {

// Drawings that stay together: a block of a shard when no filter thins it. DO NOT CHANGE: part of the order.
constexpr uint32_t kRunDrawings = 1024;

uint64_t EpochKey(const PlanSpec& spec, uint64_t epoch) {
  return HashCombine(HashCombine(HashCombine(0, spec.seed), spec.stage), epoch);
}

// Runs of a shard of up to 65,536 drawings need no memory of their own.
using RunOrder = absl::InlinedVector<uint32_t, 64>;

template <typename Indices>
Indices ShuffledIndices(size_t count, uint64_t key) {
  Indices indices(count);
  std::iota(indices.begin(), indices.end(), 0u);
  KeyedShuffle(std::span<uint32_t>(indices.data(), count), key);
  return indices;
}

}  // namespace

EpochOrder::EpochOrder(const PlanSpec& spec, const std::vector<uint32_t>& shard_sizes, uint64_t epoch)
    : shard_sizes_(shard_sizes), key_(EpochKey(spec, epoch)) {
  shards_ = ShuffledIndices<std::vector<uint32_t>>(shard_sizes.size(), PlanKey(key_, PlanDomain::kShards));
  starts_ = {0};
  for (uint32_t shard : shards_) starts_.push_back(starts_.back() + shard_sizes[shard]);
}

void EpochOrder::Resolve(uint64_t begin, uint64_t end, std::vector<SamplePlace>& places) const {
  places.resize(end - begin);
  SamplePlace* out = places.data();
  size_t at = std::upper_bound(starts_.begin(), starts_.end(), begin) - starts_.begin() - 1;
  for (uint64_t next = begin; next < end; ++at) {
    const uint64_t stop = std::min(end, starts_[at + 1]);
    out = WriteShard(shards_[at], static_cast<uint32_t>(next - starts_[at]), static_cast<uint32_t>(stop - starts_[at]),
                     out);
    next = stop;
  }
}

SamplePlace* EpochOrder::WriteShard(uint32_t shard, uint32_t begin, uint32_t end, SamplePlace* out) const {
  const uint32_t size = shard_sizes_[shard];
  const size_t runs = size / kRunDrawings + (size % kRunDrawings != 0);
  uint32_t run_begin = 0;
  for (uint32_t run : ShuffledIndices<RunOrder>(runs, PlanKey(key_, PlanDomain::kRuns, {shard}))) {
    const uint32_t first = run * kRunDrawings;
    const uint32_t run_end = run_begin + std::min(kRunDrawings, size - first);
    const uint32_t stop = std::min(end, run_end);
    for (uint32_t i = std::max(begin, run_begin); i < stop; ++i) *out++ = {shard, first + (i - run_begin)};
    if (run_end >= end) break;
    run_begin = run_end;
  }
  return out;
}

EpochOrders::EpochOrders(PlanSpec spec, std::vector<uint32_t> shard_sizes)
    : spec_(std::move(spec)), shard_sizes_(std::move(shard_sizes)) {}

std::shared_ptr<const EpochOrder> EpochOrders::Of(uint64_t epoch) const {
  absl::MutexLock lock(&mu_);
  Kept& kept = kept_[epoch % 2];
  if (kept.order == nullptr || kept.epoch != epoch) {
    kept = {epoch, std::make_shared<EpochOrder>(spec_, shard_sizes_, epoch)};
  }
  return kept.order;
}

}  // namespace doodle
