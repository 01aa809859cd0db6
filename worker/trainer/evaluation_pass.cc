#include "worker/trainer/evaluation_pass.h"

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include "ATen/ops/empty.h"
#include "common/status/status.h"
#include "worker/dataset/batch_loader.h"
#include "worker/torch/fence.h"
#include "worker/trainer/render_function.h"

namespace doodle {
namespace {

absl::StatusOr<std::unique_ptr<BatchLoader>> OpenSlice(const StageData& stage, const ProcessGroup& group,
                                                       const EvaluationOptions& options, Clock& clock) {
  DOODLE_ASSIGN_OR_RETURN(RenderFunction render, MakeRenderFunction(stage.spec.raster));
  BatchLoaderOptions loading;
  loading.threads = options.render_threads;
  loading.size = stage.spec.raster.size;
  loading.channels = static_cast<int>(ChannelsOf(stage.spec.raster).size());
  loading.pinned = options.device.is_cuda();
  auto slice = std::make_unique<SliceReader>(stage.evaluation->view(), group.rank(), group.world_size(), options.batch);
  return BatchLoader::Create(loading, std::move(slice), *stage.evaluation, std::move(render), clock);
}

absl::StatusOr<std::optional<EvaluationBatch>> NextBatch(BatchLoader& loader, c10::Device device) {
  DOODLE_ASSIGN_OR_RETURN(std::optional<Batch> batch, loader.Next());
  if (!batch) return std::optional<EvaluationBatch>();
  EvaluationBatch moved;
  DOODLE_RETURN_IF_ERROR(CatchTorch("moving a batch", [&] {
    moved.pixels = batch->pixels.to(device);
    moved.labels = batch->labels.to(device);
  }));
  return std::optional<EvaluationBatch>(std::move(moved));
}

absl::StatusOr<RankingSums> SumOverRanks(const RankingSums& mine, ProcessGroup& group) {
  const std::array<double, 5> values = mine.ToArray();
  at::Tensor packed = at::empty({static_cast<int64_t>(values.size())}, at::kDouble);
  std::copy(values.begin(), values.end(), packed.data_ptr<double>());
  DOODLE_RETURN_IF_ERROR(group.Sum(packed));
  std::array<double, 5> sums;
  std::copy_n(packed.data_ptr<double>(), sums.size(), sums.begin());
  return RankingSums::FromArray(sums);
}

}  // namespace

absl::StatusOr<RankingMetrics> EvaluateSplit(ImageModel& model, const StageData& stage, ProcessGroup& group,
                                             const EvaluationOptions& options, Clock& clock) {
  DOODLE_ASSIGN_OR_RETURN(const std::unique_ptr<BatchLoader> loader, OpenSlice(stage, group, options, clock));
  DOODLE_ASSIGN_OR_RETURN(const RankingSums mine,
                          Evaluate(model, options.evaluator, [&] { return NextBatch(*loader, options.device); }));
  DOODLE_ASSIGN_OR_RETURN(const RankingSums sums, SumOverRanks(mine, group));
  return Average(sums);
}

}  // namespace doodle
