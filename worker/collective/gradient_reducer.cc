#include "worker/collective/gradient_reducer.h"

#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "common/status/status.h"
#include "torch/csrc/distributed/c10d/comm.hpp"
#include "torch/csrc/distributed/c10d/reducer.hpp"
#include "worker/torch/fence.h"

namespace doodle {
namespace {

constexpr int64_t kFirstBucketBytes = c10d::kDefaultFirstBucketBytes;
constexpr int64_t kBucketBytes = c10d::kDefaultBucketBytesCap;

// Gradients arrive roughly in reverse order of registration.
std::vector<std::vector<size_t>> InitialBuckets(const std::vector<at::Tensor>& parameters) {
  std::vector<at::Tensor> reversed(parameters.rbegin(), parameters.rend());
  std::vector<int64_t> indices;
  for (size_t i = parameters.size(); i > 0; --i) indices.push_back(static_cast<int64_t>(i - 1));
  return std::get<0>(c10d::compute_bucket_assignment_by_size(
      reversed, {static_cast<size_t>(kFirstBucketBytes), static_cast<size_t>(kBucketBytes)}, {}, indices));
}

}  // namespace

// The Reducer divides by the world size unless a hook is there; ranks contribute shares of one sum, so nothing is to be
// divided.
class GradientReducer::SumHook : public c10d::CppCommHookInterface<c10::intrusive_ptr<c10d::ProcessGroup>> {
 public:
  SumHook(c10::intrusive_ptr<c10d::ProcessGroup> group, std::shared_ptr<Traffic> traffic, Clock& clock)
      : CppCommHookInterface(std::move(group)), traffic_(std::move(traffic)), clock_(clock) {}

  c10::intrusive_ptr<c10::ivalue::Future> runHook(c10d::GradBucket& bucket) override {
    std::vector<at::Tensor> tensors = {bucket.getBufferRef()};
    traffic_->bytes += tensors[0].nbytes();
    if (traffic_->on_bucket) traffic_->on_bucket();
    if (bucket.isLast()) traffic_->last_bucket_at = clock_.SteadyNow();
    return state_->allreduce(tensors)->getFuture();
  }

 private:
  const std::shared_ptr<Traffic> traffic_;
  Clock& clock_;
};

std::shared_ptr<c10d::Reducer> GradientReducer::MakeReducer(const c10::intrusive_ptr<c10d::ProcessGroup>& group,
                                                            const TensorEntries& entries,
                                                            std::shared_ptr<Traffic> traffic, Clock& clock) {
  std::vector<at::Tensor> parameters;
  std::unordered_map<size_t, std::string> names;
  for (const TensorEntry& entry : entries) {
    names[parameters.size()] = entry.name;
    parameters.push_back(entry.tensor);
  }
  c10d::verify_params_across_processes(group, parameters, std::nullopt);
  const std::vector<bool> dense(parameters.size(), false);
  auto reducer = std::make_shared<c10d::Reducer>(
      parameters, InitialBuckets(parameters), group, dense, kBucketBytes, /*find_unused_parameters=*/false,
      /*gradient_as_bucket_view=*/true, names, kFirstBucketBytes, /*skip_all_reduce_unused_params=*/false,
      /*use_python_reducer=*/false);
  reducer->register_comm_hook(std::make_unique<SumHook>(group, std::move(traffic), clock));
  return reducer;
}

absl::StatusOr<std::unique_ptr<GradientReducer>> GradientReducer::Create(c10::intrusive_ptr<c10d::ProcessGroup> group,
                                                                         const TensorEntries& parameters,
                                                                         Clock& clock) {
  auto traffic = std::make_shared<Traffic>();
  std::shared_ptr<c10d::Reducer> reducer;
  if (group) {
    DOODLE_RETURN_IF_ERROR(CatchTorch("reducer", [&] { reducer = MakeReducer(group, parameters, traffic, clock); }));
  }
  return std::unique_ptr<GradientReducer>(new GradientReducer(std::move(reducer), std::move(traffic)));
}

GradientReducer::GradientReducer(std::shared_ptr<c10d::Reducer> reducer, std::shared_ptr<Traffic> traffic)
    : reducer_(std::move(reducer)), traffic_(std::move(traffic)) {}

GradientReducer::~GradientReducer() {
  // Without this the hooks of a broken reducer would fire in the next generation's backward.
  if (reducer_) CatchTorch("reducer hooks", [&] { reducer_->remove_autograd_hooks(); }).IgnoreError();
}

void GradientReducer::BeginStep() {
  if (!reducer_) return;
  reducer_->prepare_for_forward();
  reducer_->rebuild_buckets();
}

void GradientReducer::ReduceInNextBackward() {
  if (reducer_) reducer_->prepare_for_backward({});
}

}  // namespace doodle
