// The words of the job file for each choice. One table serves reading and defaults. Internal to this folder.
#ifndef DOODLE_COMMON_SPEC_SPEC_WORDS_H_
#define DOODLE_COMMON_SPEC_SPEC_WORDS_H_

#include "common/plan/view_spec.h"
#include "common/recipe/optimizer_spec.h"
#include "common/recipe/precision.h"
#include "common/render/raster_spec.h"
#include "common/schedule/schedule_spec.h"
#include "common/spec/spec_checks.h"

namespace doodle {

inline constexpr Word<RasterFit> kFitWords[] = {
    {"top_left", RasterFit::kTopLeft}, {"center", RasterFit::kCenter}, {"stretch", RasterFit::kStretch}};
inline constexpr Word<RasterChannels> kChannelWords[] = {{"gray", RasterChannels::kGray},
                                                         {"color", RasterChannels::kColor},
                                                         {"thirds", RasterChannels::kThirds},
                                                         {"time", RasterChannels::kTime}};
inline constexpr Word<RasterUnit> kUnitWords[] = {{"pixels", RasterUnit::kPixels}, {"frame", RasterUnit::kFrame}};
inline constexpr Word<RasterNormalize> kNormalizeWords[] = {
    {"none", RasterNormalize::kNone}, {"imagenet", RasterNormalize::kImagenet}, {"unit", RasterNormalize::kUnit}};
inline constexpr Word<RecognizedFilter> kRecognizedWords[] = {
    {"any", RecognizedFilter::kAny}, {"true", RecognizedFilter::kTrue}, {"false", RecognizedFilter::kFalse}};
inline constexpr Word<OptimizerKind> kOptimizerWords[] = {{"adamw", OptimizerKind::kAdamW},
                                                          {"sgd", OptimizerKind::kSgd}};
inline constexpr Word<Precision> kPrecisionWords[] = {
    {"auto", Precision::kAuto}, {"fp32", Precision::kFp32}, {"bf16", Precision::kBf16}, {"fp16", Precision::kFp16}};
inline constexpr Word<CollectiveBackend> kBackendWords[] = {
    {"auto", CollectiveBackend::kAuto}, {"gloo", CollectiveBackend::kGloo}, {"nccl", CollectiveBackend::kNccl}};
inline constexpr Word<ScheduleKind> kScheduleWords[] = {{"constant", ScheduleKind::kConstant},
                                                        {"one_cycle", ScheduleKind::kOneCycle},
                                                        {"cosine", ScheduleKind::kCosine},
                                                        {"clr", ScheduleKind::kClr}};
inline constexpr Word<AnnealKind> kAnnealWords[] = {{"cos", AnnealKind::kCosine}, {"linear", AnnealKind::kLinear}};
inline constexpr Word<ClrMode> kClrModeWords[] = {
    {"triangular", ClrMode::kTriangular}, {"triangular2", ClrMode::kTriangular2}, {"exp_range", ClrMode::kExpRange}};

}  // namespace doodle

#endif  // DOODLE_COMMON_SPEC_SPEC_WORDS_H_
