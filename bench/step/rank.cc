#include "bench/step/rank.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "ATen/ops/empty.h"
#include "ATen/ops/full.h"
#include "c10/core/ScalarType.h"
#include "common/io/file_system.h"
#include "common/status/status.h"
#include "common/weights/safetensors.h"
#include "torch/csrc/distributed/c10d/FileStore.hpp"
#include "worker/collective/process_group.h"
#include "worker/model/image_model.h"
#include "worker/model/state_dict.h"
#include "worker/optim/optimizer.h"
#include "worker/torch/autocast.h"
#include "worker/torch/fence.h"
#include "worker/trainer/train_step.h"

namespace doodle {
namespace {

constexpr double kLearningRate = 0.01;
constexpr int kWarmUpSteps = 3;
constexpr int64_t kFewestSteps = 3;

// The gang's key-value port over a file, in place of the coordinator's.
class FileKeyValue final : public KeyValue {
 public:
  FileKeyValue(const std::string& path, uint32_t ranks)
      : store_(c10::make_intrusive<c10d::FileStore>(path, static_cast<int>(ranks))) {}

  absl::Status Set(const std::string& key, const std::string& value) override {
    return CatchTorch("store", [&] { store_->set(key, std::vector<uint8_t>(value.begin(), value.end())); });
  }

  absl::StatusOr<std::vector<std::string>> Wait(const std::vector<std::string>& keys, absl::Duration timeout) override {
    return CatchTorch("store", [&]() -> absl::StatusOr<std::vector<std::string>> {
      store_->wait(keys, absl::ToChronoMilliseconds(timeout));
      std::vector<std::string> values;
      for (const std::string& key : keys) {
        const std::vector<uint8_t> value = store_->get(key);
        values.emplace_back(value.begin(), value.end());
      }
      return values;
    });
  }

 private:
  const c10::intrusive_ptr<c10d::FileStore> store_;
};

at::Tensor Pixels(const RankOptions& options) {
  at::Tensor pixels = at::empty({options.batch, 1, options.size, options.size}, at::kByte);
  const auto count = static_cast<uint64_t>(pixels.numel());
  auto* const bytes = pixels.data_ptr<uint8_t>();
  for (uint64_t i = 0; i < count; ++i) {
    bytes[i] = static_cast<uint8_t>((((i + options.rank * count) * 2654435761ULL) & 0xffffffffULL) >> 24);
  }
  return pixels;
}

at::Tensor Labels(const RankOptions& options) {
  at::Tensor labels = at::empty({options.batch}, at::kLong);
  for (int64_t i = 0; i < options.batch; ++i) labels.data_ptr<int64_t>()[i] = (i + options.rank) % options.classes;
  return labels;
}

absl::Status SaveWeights(const RankOptions& options, const std::string& path, const ImageModel& model) {
  if (options.rank != 0 || path.empty()) return absl::OkStatus();
  DOODLE_ASSIGN_OR_RETURN(std::vector<NamedTensor> tensors, ToNamedTensors(StateDict(model)));
  return WriteFileAtomically(LocalFileSystem(), path, SerializeSafetensors({std::move(tensors), {}}));
}

// What one rank trains with; the group must outlive the step.
struct Bench {
  std::shared_ptr<ImageModel> model;
  std::unique_ptr<Optimizer> optimizer;
  std::unique_ptr<TrainStep> step;
  at::Tensor pixels;
  at::Tensor labels;
  uint64_t step_samples = 0;
};

absl::StatusOr<Bench> Prepare(const RankOptions& options, ProcessGroup& group, Clock& clock) {
  Bench bench;
  DOODLE_ASSIGN_OR_RETURN(bench.model, CreateModel(options.model, 1, options.classes, /*seed=*/1));
  DOODLE_RETURN_IF_ERROR(SaveWeights(options, options.save_init, *bench.model));
  OptimizerSpec sgd;
  sgd.kind = OptimizerKind::kSgd;
  sgd.weight_decay = 0;
  DOODLE_ASSIGN_OR_RETURN(bench.optimizer, Optimizer::Create(sgd, Parameters(*bench.model)));
  TrainStepOptions step;
  DOODLE_ASSIGN_OR_RETURN(step.precision, ResolvePrecision(options.precision, CpuTraits()));
  DOODLE_ASSIGN_OR_RETURN(bench.step, TrainStep::Create(step, *bench.model, *bench.optimizer, group.group(), clock));
  bench.pixels = Pixels(options);
  bench.labels = Labels(options);
  bench.step_samples = static_cast<uint64_t>(options.batch) * options.ranks;
  return bench;
}

absl::StatusOr<double> OneStep(Bench& bench) {
  DOODLE_ASSIGN_OR_RETURN(const StepResult result,
                          bench.step->Reduce(bench.pixels, bench.labels, bench.step_samples, {}));
  DOODLE_RETURN_IF_ERROR(bench.step->Commit(kLearningRate, std::nullopt));
  return result.loss;
}

absl::StatusOr<std::vector<double>> Steps(Bench& bench, int64_t count) {
  std::vector<double> losses;
  for (int64_t i = 0; i < count; ++i) {
    DOODLE_ASSIGN_OR_RETURN(losses.emplace_back(), OneStep(bench));
  }
  return losses;
}

// The ranks agree on the number of steps: rank 0's count.
absl::StatusOr<int64_t> AgreeOnSteps(const RankOptions& options, Bench& bench, ProcessGroup& group, Clock& clock) {
  const absl::Duration start = clock.SteadyNow();
  DOODLE_RETURN_IF_ERROR(OneStep(bench).status());
  const int64_t mine = std::max(kFewestSteps, options.duration / (clock.SteadyNow() - start));
  at::Tensor count = at::full({1}, options.rank == 0 ? mine : 0, at::kLong);
  if (options.ranks > 1) DOODLE_RETURN_IF_ERROR(group.Sum(count));
  return count.item<int64_t>();
}

absl::StatusOr<double> Measure(const RankOptions& options, Bench& bench, ProcessGroup& group, Clock& clock) {
  DOODLE_RETURN_IF_ERROR(Steps(bench, kWarmUpSteps).status());
  DOODLE_ASSIGN_OR_RETURN(const int64_t count, AgreeOnSteps(options, bench, group, clock));
  const absl::Duration start = clock.SteadyNow();
  DOODLE_RETURN_IF_ERROR(Steps(bench, count).status());
  DOODLE_RETURN_IF_ERROR(group.Barrier());
  return static_cast<double>(count) * static_cast<double>(bench.step_samples) /
         absl::ToDoubleSeconds(clock.SteadyNow() - start);
}

}  // namespace

absl::StatusOr<RankResult> RunRank(const RankOptions& options, Clock& clock) {
  FileKeyValue keys(options.store, options.ranks);
  ProcessGroup group(keys, {});
  GangAssignment assignment;
  assignment.job = "bench";
  assignment.generation = 1;
  assignment.rank = options.rank;
  assignment.world_size = options.ranks;
  assignment.rendezvous_prefix = "bench/1";
  DOODLE_RETURN_IF_ERROR(group.Form(assignment), "group");
  DOODLE_ASSIGN_OR_RETURN(Bench bench, Prepare(options, group, clock));
  RankResult result;
  if (options.steps > 0) {
    DOODLE_ASSIGN_OR_RETURN(result.losses, Steps(bench, options.steps));
    DOODLE_RETURN_IF_ERROR(SaveWeights(options, options.save, *bench.model));
  } else {
    DOODLE_ASSIGN_OR_RETURN(result.images_per_second, Measure(options, bench, group, clock));
  }
  DOODLE_RETURN_IF_ERROR(group.Barrier());
  return result;
}

}  // namespace doodle
