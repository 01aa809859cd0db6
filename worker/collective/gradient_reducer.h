// Sums gradients over the ranks while backward still runs: c10d's Reducer, with a hook that adds instead of averaging.
//
//     reducer.BeginStep();
//     for each micro-batch: forward; if (last) reducer.ReduceInNextBackward(); loss.backward();
//     // every parameter's gradient is now the sum over ranks, or backward threw
#ifndef DOODLE_WORKER_COLLECTIVE_GRADIENT_REDUCER_H_
#define DOODLE_WORKER_COLLECTIVE_GRADIENT_REDUCER_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/time/clock.h"
#include "torch/csrc/distributed/c10d/ProcessGroup.hpp"
#include "worker/torch/tensor_entry.h"

namespace c10d {
class Reducer;
}

namespace doodle {

// Buckets begin in reverse order of registration, 1 MiB for the first and 25 MiB for the others, and are rebuilt once
// in the order in which gradients arrived. Gradients are views into the buckets: clear them to undefined, not to zero.
// Single-threaded: the training thread. After an error it is of no further use.
class GradientReducer {
 public:
  // `group` null: a world of one, nothing is reduced. `parameters` must keep their memory. All ranks create it at the
  // same point of their collectives. `clock` must outlive it.
  static absl::StatusOr<std::unique_ptr<GradientReducer>> Create(c10::intrusive_ptr<c10d::ProcessGroup> group,
                                                                 const TensorEntries& parameters, Clock& clock);
  ~GradientReducer();

  void BeginStep();             // Throws: call inside CatchTorch.
  void ReduceInNextBackward();  // Throws.

  // Called on the training thread before each bucket is contributed.
  void OnBucket(std::function<void()> callback) { traffic_->on_bucket = std::move(callback); }

  // Sent by this rank since Create, one way.
  uint64_t bytes() const { return traffic_->bytes; }
  // Clock::SteadyNow() when the last bucket of the last backward was complete on this rank: what follows is waiting for
  // the others. Zero in a world of one.
  absl::Duration last_bucket_at() const { return traffic_->last_bucket_at; }

 private:
  // Written by the hook, which backward calls on the training thread.
  struct Traffic {
    uint64_t bytes = 0;
    absl::Duration last_bucket_at;
    std::function<void()> on_bucket;
  };
  class SumHook;

  GradientReducer(std::shared_ptr<c10d::Reducer> reducer, std::shared_ptr<Traffic> traffic);
  static std::shared_ptr<c10d::Reducer> MakeReducer(const c10::intrusive_ptr<c10d::ProcessGroup>& group,
                                                    const TensorEntries& entries, std::shared_ptr<Traffic> traffic,
                                                    Clock& clock);

  const std::shared_ptr<c10d::Reducer> reducer_;  // Null in a world of one.
  const std::shared_ptr<Traffic> traffic_;
};

}  // namespace doodle

#endif  // DOODLE_WORKER_COLLECTIVE_GRADIENT_REDUCER_H_
