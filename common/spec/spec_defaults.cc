#include "common/spec/spec_defaults.h"

#include "absl/strings/str_cat.h"
#include "common/spec/job_spec.h"
#include "common/spec/job_spec_proto.h"
#include "common/spec/spec_fields.h"
#include "common/spec/spec_words.h"
#include "common/spec/trigger.h"

namespace doodle {
namespace {

void FillDataDefaults(v1::DataSpec& data) {
  const ViewSpec view;
  data.set_split(view.split);
  data.mutable_classes()->set_named("all");
  data.mutable_filter()->set_recognized(WordText<RecognizedFilter>(view.recognized, kRecognizedWords));
}

void FillRasterDefaults(v1::RasterSpec& message) {
  const RasterSpec raster;
  message.set_size(static_cast<uint32_t>(raster.size));
  message.set_line_width(raster.line_width);
  message.set_margin(raster.margin);
  message.set_unit(WordText<RasterUnit>(raster.unit, kUnitWords));
  message.set_fit(WordText<RasterFit>(raster.fit, kFitWords));
  message.mutable_channels()->set_named(WordText<RasterChannels>(raster.channels, kChannelWords));
  message.set_normalize(WordText<RasterNormalize>(raster.normalize, kNormalizeWords));
}

void FillAugmentDefaults(v1::AugmentSpec& message) {
  const AugmentSpec augment;
  message.set_hflip(augment.hflip);
  message.set_rotate(augment.rotate);
  message.set_scale(augment.scale);
  message.set_shift(augment.shift);
  message.set_point_drop(augment.point_drop);
  message.set_stroke_drop(augment.stroke_drop);
  message.set_time_jitter(augment.time_jitter);
  message.set_mixup(0);
  message.set_cutmix(0);
}

void FillRunDefaults(const JobSpec& job, v1::JobSpec& message) {
  message.set_precision(WordText<Precision>(job.precision, kPrecisionWords));
  message.mutable_ranks()->set_min(static_cast<uint32_t>(job.min_ranks));
  message.mutable_ranks()->set_backend(WordText<CollectiveBackend>(job.backend, kBackendWords));
  message.mutable_checkpoint()->set_every("auto");
  message.mutable_checkpoint()->set_keep_last(static_cast<uint32_t>(job.keep_last));
  message.mutable_checkpoint()->set_keep_best(static_cast<uint32_t>(job.keep_best));
  message.mutable_checkpoint()->set_metric(job.metric);
  message.mutable_evaluate()->set_split(job.evaluate_split);
  message.mutable_evaluate()->set_every(TriggerText(job.evaluate_every));
  message.mutable_evaluate()->add_weights("raw");
  message.set_seed(job.seed);
  message.set_priority(job.priority);
  message.set_max_restarts(static_cast<uint32_t>(job.max_restarts));
  message.set_audit(false);
  message.set_deterministic(false);
}

v1::OptimizerSpec OptimizerDefaults(OptimizerKind kind) {
  const OptimizerSpec plain;
  v1::OptimizerSpec message;
  message.set_name(WordText<OptimizerKind>(kind, kOptimizerWords));
  if (kind == OptimizerKind::kAdamW) {
    message.set_weight_decay(plain.weight_decay);
    message.set_beta1(plain.beta1);
    message.set_beta2(plain.beta2);
    message.set_eps(plain.eps);
  } else {
    message.set_weight_decay(0);  // PyTorch's SGD; the plain struct's is AdamW's.
    message.set_momentum(plain.momentum);
    message.set_nesterov(plain.nesterov);
  }
  return message;
}

// PyTorch's momentum ranges: OneCycleLR 0.85 to 0.95, CyclicLR 0.8 to 0.9.
void FillMomentum(double base, double maximum, v1::ScheduleSpec& defaults) {
  defaults.set_base_momentum(base);
  defaults.set_max_momentum(maximum);
}

v1::ScheduleSpec ScheduleDefaults(ScheduleKind kind, const v1::ScheduleSpec& given) {
  const ScheduleSpec plain;
  v1::ScheduleSpec defaults;
  defaults.set_kind(WordText<ScheduleKind>(kind, kScheduleWords));
  switch (kind) {
    case ScheduleKind::kConstant:
      defaults.set_lr(plain.lr);
      break;
    case ScheduleKind::kOneCycle:
      defaults.set_max_lr(plain.max_lr);
      defaults.set_pct_start(plain.pct_start);
      defaults.set_div_factor(plain.div_factor);
      defaults.set_final_div_factor(plain.final_div_factor);
      defaults.set_three_phase(plain.three_phase);
      defaults.set_anneal(WordText<AnnealKind>(plain.anneal, kAnnealWords));
      defaults.set_cycle_momentum(plain.cycle_momentum);
      if (given.cycle_momentum()) FillMomentum(0.85, 0.95, defaults);
      break;
    case ScheduleKind::kCosine:
      defaults.set_lr(plain.lr);
      defaults.set_min_lr(plain.min_lr);
      break;
    case ScheduleKind::kClr:
      defaults.set_base_lr(plain.base_lr);
      defaults.set_max_lr(plain.max_lr);
      defaults.set_mode(WordText<ClrMode>(plain.clr_mode, kClrModeWords));
      defaults.set_step_size_up(absl::StrCat(plain.step_size_up, "ba"));
      defaults.set_step_size_down(given.has_step_size_up() ? given.step_size_up() : defaults.step_size_up());
      if (given.mode() == "exp_range") defaults.set_gamma(plain.gamma);
      defaults.set_cycle_momentum(plain.cycle_momentum);
      if (given.cycle_momentum()) FillMomentum(0.8, 0.9, defaults);
      break;
  }
  return defaults;
}

// As ChannelsOf; an unknown name is refused later.
uint32_t ChannelCount(const v1::ChannelSelection& channels) {
  if (channels.list_size() > 0) return static_cast<uint32_t>(channels.list_size());
  for (const Word<RasterChannels>& word : kChannelWords) {
    if (word.text == channels.named()) return static_cast<uint32_t>(ChannelsOf({.channels = word.value}).size());
  }
  return 1;
}

template <typename Message>
void FillFrom(const Message& defaults, Message& message) {
  Message filled = defaults;
  MergeFields(message, filled);
  message = std::move(filled);
}

void FillStage(int index, v1::StageSpec& stage) {
  const StageSpec plain;
  if (stage.name().empty()) stage.set_name(absl::StrCat("stage-", index + 1));
  if (!stage.has_epochs()) stage.set_epochs(static_cast<uint32_t>(plain.epochs));
  if (!stage.has_global_batch()) stage.set_global_batch(static_cast<uint64_t>(plain.global_batch));
  if (!stage.has_micro_batch()) stage.set_micro_batch("auto");
  FillSchedule(*stage.mutable_schedule());
}

}  // namespace

v1::JobSpec IndependentDefaults() {
  v1::JobSpec job;
  FillDataDefaults(*job.mutable_data());
  job.mutable_init()->set_head("auto");
  FillRasterDefaults(*job.mutable_raster());
  FillAugmentDefaults(*job.mutable_augment());
  job.mutable_loss()->set_kind("cross_entropy");
  job.mutable_loss()->set_label_smoothing(LossSpec().label_smoothing);
  FillRunDefaults(JobSpec(), job);
  return job;
}

void FillOptimizer(v1::OptimizerSpec& optimizer) {
  const std::string name = optimizer.name().empty() ? "adamw" : optimizer.name();
  for (const Word<OptimizerKind>& word : kOptimizerWords) {
    if (word.text == name) FillFrom(OptimizerDefaults(word.value), optimizer);
  }
}

void FillSchedule(v1::ScheduleSpec& schedule) {
  const std::string kind = schedule.kind().empty() ? "one_cycle" : schedule.kind();
  for (const Word<ScheduleKind>& word : kScheduleWords) {
    if (word.text == kind) FillFrom(ScheduleDefaults(word.value, schedule), schedule);
  }
}

v1::StageSpec MergeStage(const v1::JobSpec& job, const v1::StageSpec& stage) {
  v1::StageSpec merged = stage;
  FillFrom(job.data(), *merged.mutable_data());
  FillFrom(job.raster(), *merged.mutable_raster());
  FillFrom(job.augment(), *merged.mutable_augment());
  FillFrom(job.loss(), *merged.mutable_loss());
  v1::OptimizerSpec inherited = job.optimizer();
  const std::string& name = stage.optimizer().name();
  if (!name.empty() && name != job.optimizer().name()) {
    inherited.Clear();
    if (job.optimizer().has_clip_norm()) inherited.set_clip_norm(job.optimizer().clip_norm());
    if (job.optimizer().has_ema()) *inherited.mutable_ema() = job.optimizer().ema();
  }
  FillFrom(inherited, *merged.mutable_optimizer());
  FillOptimizer(*merged.mutable_optimizer());
  return merged;
}

v1::JobSpec WithDefaults(const v1::JobSpec& spec) {
  v1::JobSpec job = spec;
  FillFrom(IndependentDefaults(), job);
  FillOptimizer(*job.mutable_optimizer());
  v1::RanksSpec& ranks = *job.mutable_ranks();
  if (!ranks.has_max()) ranks.set_max(ranks.min());
  if (!job.model().has_in_channels()) job.mutable_model()->set_in_channels(ChannelCount(job.raster().channels()));
  if (job.name().empty()) job.set_name(absl::StrCat(job.model().name(), "-", job.raster().size()));
  if (!job.dataset().empty() && job.dataset().front() == '/') job.set_dataset("file://" + job.dataset());
  for (int i = 0; i < job.stages_size(); ++i) FillStage(i, *job.mutable_stages(i));
  return job;
}

v1::JobSpec WithMergedStages(const v1::JobSpec& spec) {
  v1::JobSpec job = WithDefaults(spec);
  for (v1::StageSpec& stage : *job.mutable_stages()) stage = MergeStage(job, stage);
  return job;
}

}  // namespace doodle
