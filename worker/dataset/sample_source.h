// Which drawings come next: one group of samples after another, each becoming a batch.
#ifndef DOODLE_WORKER_DATASET_SAMPLE_SOURCE_H_
#define DOODLE_WORKER_DATASET_SAMPLE_SOURCE_H_

#include <cstdint>
#include <vector>

#include "common/plan/rank_cursor.h"
#include "common/plan/stage_plan.h"
#include "common/plan/view.h"

namespace doodle {

// Thread-compatible. Positions are those of the view (PlannedSample).
class SampleSource {
 public:
  virtual ~SampleSource() = default;
  // Into `samples`, whose memory is used again. None: the end.
  virtual void Next(std::vector<PlannedSample>& samples) = 0;
};

// A rank's share of a stage, a step at a time, in slot order.
class LaneReader : public SampleSource {
 public:
  // Lanes first_lane .. end_lane-1 from the stage's step `first_step` on.
  LaneReader(const StagePlan& plan, uint32_t first_lane, uint32_t end_lane, uint64_t first_step)
      : cursor_(plan, first_lane, end_lane, first_step) {}
  void Next(std::vector<PlannedSample>& samples) override { cursor_.NextStep(samples); }

 private:
  RankCursor cursor_;
};

// A rank's contiguous slice of a view in file order, for evaluation: drawings floor(r*N/world) ..
// floor((r+1)*N/world)-1 in groups of `batch`. `slot` counts within the view. `view` must outlive it.
class SliceReader : public SampleSource {
 public:
  SliceReader(const View& view, uint32_t rank, uint32_t world_size, uint32_t batch);
  void Next(std::vector<PlannedSample>& samples) override;

 private:
  const View& view_;
  const uint32_t batch_;
  uint64_t next_;
  uint64_t end_;
  uint32_t shard_ = 0;  // Of the view, and the drawings before it.
  uint64_t before_shard_ = 0;
};

}  // namespace doodle

#endif  // DOODLE_WORKER_DATASET_SAMPLE_SOURCE_H_
