// The order of one epoch before it is cut into regions: shards shuffled, and inside each the runs of 1,024 drawings.
// Used by LaneCursor; other rooms take StagePlan.
#ifndef DOODLE_COMMON_PLAN_EPOCH_ORDER_H_
#define DOODLE_COMMON_PLAN_EPOCH_ORDER_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "common/plan/plan_spec.h"

namespace doodle {

// A member of the view: index of the view's shard, index of the shard's member.
struct SamplePlace {
  uint32_t shard = 0;
  uint32_t position = 0;

  bool operator==(const SamplePlace&) const = default;
};

// Immutable, hence thread-safe. `shard_sizes` must outlive it. Memory O(shards): a shard's run order is computed when
// it is asked for.
class EpochOrder {
 public:
  EpochOrder(const PlanSpec& spec, const std::vector<uint32_t>& shard_sizes, uint64_t epoch);

  // Sets `places` to the ordinals [begin, end) of the epoch.
  void Resolve(uint64_t begin, uint64_t end, std::vector<SamplePlace>& places) const;

  uint64_t key() const { return key_; }  // Of the epoch; every shuffle inside it derives from this.

 private:
  // Members [begin, end) of a shard, in its order of this epoch, to `out`; returns the end of what was written.
  SamplePlace* WriteShard(uint32_t shard, uint32_t begin, uint32_t end, SamplePlace* out) const;

  const std::vector<uint32_t>& shard_sizes_;
  uint64_t key_;
  std::vector<uint32_t> shards_;  // Shuffled.
  std::vector<uint64_t> starts_;  // starts_[i]: first ordinal of shards_[i]; one more: N.
};

// The epochs of a stage; keeps the last two that were asked for, since lanes cross an epoch's end at different slots.
// Thread-safe.
class EpochOrders {
 public:
  EpochOrders(PlanSpec spec, std::vector<uint32_t> shard_sizes);

  const PlanSpec& spec() const { return spec_; }
  const std::vector<uint32_t>& shard_sizes() const { return shard_sizes_; }
  // This object must outlive the result.
  std::shared_ptr<const EpochOrder> Of(uint64_t epoch) const ABSL_LOCKS_EXCLUDED(mu_);

 private:
  struct Kept {
    uint64_t epoch = 0;
    std::shared_ptr<const EpochOrder> order;
  };

  const PlanSpec spec_;
  const std::vector<uint32_t> shard_sizes_;
  mutable absl::Mutex mu_;
  mutable Kept kept_[2] ABSL_GUARDED_BY(mu_);  // Epoch e is kept at e mod 2.
};

}  // namespace doodle

#endif  // DOODLE_COMMON_PLAN_EPOCH_ORDER_H_
