// The memory of decoded blocks that nobody uses any more, so that the next block needs none.
#ifndef DOODLE_WORKER_DATASET_DRAWING_POOL_H_
#define DOODLE_WORKER_DATASET_DRAWING_POOL_H_

#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "common/drawing/drawing.h"

namespace doodle {

// Thread-safe. Holds up to four blocks, as many as a few render threads decode at once.
class DrawingPool {
 public:
  DrawingPool() {
    absl::MutexLock lock(&mu_);
    used_.reserve(kMost);
  }

  // Drawings of a block that was given, for ShardReader::ReadBlock; empty when there is none.
  std::vector<Drawing> Take() ABSL_LOCKS_EXCLUDED(mu_) {
    absl::MutexLock lock(&mu_);
    if (used_.empty()) return {};
    std::vector<Drawing> drawings = std::move(used_.back());
    used_.pop_back();
    return drawings;
  }

  // Never throws. What does not fit is freed by the caller's argument, after the lock.
  void Give(std::vector<Drawing>&& drawings) ABSL_LOCKS_EXCLUDED(mu_) {
    absl::MutexLock lock(&mu_);
    if (used_.size() < kMost) used_.push_back(std::move(drawings));
  }

 private:
  static constexpr size_t kMost = 4;

  absl::Mutex mu_;
  std::vector<std::vector<Drawing>> used_ ABSL_GUARDED_BY(mu_);
};

}  // namespace doodle

#endif  // DOODLE_WORKER_DATASET_DRAWING_POOL_H_
