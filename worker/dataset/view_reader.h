// Drawings of a view by position, through the block cache.
#ifndef DOODLE_WORKER_DATASET_VIEW_READER_H_
#define DOODLE_WORKER_DATASET_VIEW_READER_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "common/plan/view.h"
#include "common/shard/dataset_reader.h"
#include "worker/dataset/block_cache.h"

namespace doodle {

// A drawing with the label that the model learns. The block keeps the drawing alive.
struct LabeledDrawing {
  Block block;
  const Drawing* drawing = nullptr;
  int64_t label = 0;  // Output index of the view's classes.
};

// Thread-safe. `dataset` and `cache` must outlive it; it owns the view.
class ViewReader {
 public:
  ViewReader(View view, const DatasetReader& dataset, BlockCache& cache);

  const View& view() const { return view_; }

  // `shard` and `position` of the view. DATA_LOSS for a damaged block, or one whose keys are not the footer's.
  absl::StatusOr<LabeledDrawing> Read(uint32_t shard, uint32_t position) const;

 private:
  const View view_;
  const DatasetReader& dataset_;
  BlockCache& cache_;
};

}  // namespace doodle

#endif  // DOODLE_WORKER_DATASET_VIEW_READER_H_
