// The blocks that a job has and a stage may override, from message to plain values. Each takes a block with its
// defaults; field paths are below the block's own name ("raster.size"). Internal to this folder. Thread-safe.
#ifndef DOODLE_COMMON_SPEC_READ_BLOCKS_H_
#define DOODLE_COMMON_SPEC_READ_BLOCKS_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/plan/view_spec.h"
#include "common/recipe/loss_spec.h"
#include "common/recipe/optimizer_spec.h"
#include "common/render/augment_spec.h"
#include "common/render/raster_spec.h"
#include "doodle/v1/job_spec.pb.h"

namespace doodle {

// Class lists by name become the names.
absl::StatusOr<ViewSpec> ReadData(const v1::DataSpec& data);
absl::StatusOr<RasterSpec> ReadRaster(const v1::RasterSpec& raster);
absl::StatusOr<LossSpec> ReadLoss(const v1::LossSpec& loss);
absl::StatusOr<OptimizerSpec> ReadOptimizer(const v1::OptimizerSpec& optimizer);

// Mixing samples is not built yet: only rates of 0 pass there.
absl::StatusOr<AugmentSpec> ReadAugment(const v1::AugmentSpec& augment);

}  // namespace doodle

#endif  // DOODLE_COMMON_SPEC_READ_BLOCKS_H_
