#include "common/spec/job_spec_proto.h"

#include <limits>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/catalog/models.h"
#include "common/ids/names.h"
#include "common/plan/micro_batch.h"
#include "common/spec/read_blocks.h"
#include "common/spec/read_schedule.h"
#include "common/spec/spec_defaults.h"
#include "common/spec/spec_fields.h"
#include "common/spec/spec_words.h"
#include "common/spec/trigger.h"

namespace doodle {
namespace {

constexpr int kMostStages = 100;
constexpr int kMostRanks = 1024;

absl::Status ReadDataset(const std::string& uri, JobSpec& job) {
  if (uri.empty()) return InvalidField("dataset", "is missing: the directory that `doodle ingest` wrote");
  if (!absl::StartsWith(uri, "file:///") && !absl::StartsWith(uri, "s3://")) {
    return InvalidField("dataset",
                        absl::StrCat("must be file:///PATH, s3://BUCKET/PREFIX or an absolute path, is \"", uri, "\""));
  }
  job.dataset = uri;
  return absl::OkStatus();
}

absl::Status ReadModel(const v1::ModelSpec& model, JobSpec& job) {
  if (model.name().empty()) return InvalidField("model.name", "is missing: `doodle models ls` lists them");
  const auto entry = FindModel(model.name());
  if (!entry.ok()) return InvalidField("model.name", entry.status().message());
  job.model = model.name();
  DOODLE_RETURN_IF_ERROR(CheckBetween("model.in_channels", model.in_channels(), 1, kMaxRasterChannels));
  job.in_channels = static_cast<int>(model.in_channels());
  return absl::OkStatus();
}

absl::Status RefuseInit(const v1::InitSpec& init) {
  if (!init.from().empty()) return UnsupportedField("init.from");
  constexpr Word<bool> kHeads[] = {{"auto", true}, {"keep", false}, {"new", false}};
  DOODLE_ASSIGN_OR_RETURN(const bool neutral, ParseWord<bool>("init.head", init.head(), kHeads));
  return neutral ? absl::OkStatus() : UnsupportedValue("init.head", init.head(), "auto");
}

absl::Status ReadRanks(const v1::RanksSpec& ranks, JobSpec& job) {
  DOODLE_RETURN_IF_ERROR(CheckBetween("ranks.min", ranks.min(), 1, kMostRanks));
  DOODLE_RETURN_IF_ERROR(CheckBetween("ranks.max", ranks.max(), 1, kMostRanks));
  if (ranks.max() < ranks.min()) {
    return InvalidField("ranks.max", absl::StrCat("is ", ranks.max(), ", below ranks.min, ", ranks.min()));
  }
  job.min_ranks = static_cast<int>(ranks.min());
  job.max_ranks = static_cast<int>(ranks.max());
  DOODLE_ASSIGN_OR_RETURN(job.backend, ParseWord<CollectiveBackend>("ranks.backend", ranks.backend(), kBackendWords));
  return absl::OkStatus();
}

absl::StatusOr<Trigger> ReadEvery(absl::string_view path, const std::string& text) {
  const auto trigger = ParseTrigger(text);
  if (!trigger.ok()) return InvalidField(path, trigger.status().message());
  if (trigger->unit == Trigger::Unit::kNever) return Trigger{Trigger::Unit::kEpochs, 1};  // auto
  return *trigger;
}

absl::Status ReadCheckpoint(const v1::CheckpointSpec& checkpoint, JobSpec& job) {
  DOODLE_ASSIGN_OR_RETURN(job.checkpoint_every, ReadEvery("checkpoint.every", checkpoint.every()));
  DOODLE_RETURN_IF_ERROR(CheckBetween("checkpoint.keep_last", checkpoint.keep_last(), 1, 1e6));
  job.keep_last = static_cast<int>(checkpoint.keep_last());
  DOODLE_RETURN_IF_ERROR(CheckBetween("checkpoint.keep_best", checkpoint.keep_best(), 0, 1e6));
  job.keep_best = static_cast<int>(checkpoint.keep_best());
  constexpr Word<int> kMetrics[] = {{"map3", 0}, {"top1", 1}, {"top3", 2}};
  const auto metric = ParseWord<int>("checkpoint.metric", checkpoint.metric(), kMetrics);
  if (!metric.ok()) return metric.status();
  job.metric = checkpoint.metric();
  return absl::OkStatus();
}

absl::Status ReadEvaluate(const v1::EvaluateSpec& evaluate, JobSpec& job) {
  DOODLE_RETURN_IF_ERROR(ValidateName("evaluate.split", evaluate.split()));
  job.evaluate_split = evaluate.split();
  job.evaluate_every = Trigger{};
  if (evaluate.every() != "never") {
    DOODLE_ASSIGN_OR_RETURN(job.evaluate_every, ReadEvery("evaluate.every", evaluate.every()));
  }
  if (evaluate.has_limit()) return UnsupportedField("evaluate.limit");
  constexpr Word<bool> kWeights[] = {{"raw", true}, {"ema", false}};
  for (int i = 0; i < evaluate.weights_size(); ++i) {
    const std::string path = ElementPath("evaluate.weights", i);
    DOODLE_ASSIGN_OR_RETURN(const bool raw, ParseWord<bool>(path, evaluate.weights(i), kWeights));
    if (!raw) return UnsupportedValue(path, "ema", "raw");
  }
  return absl::OkStatus();
}

absl::Status ReadRun(const v1::JobSpec& spec, JobSpec& job) {
  DOODLE_ASSIGN_OR_RETURN(job.precision, ParseWord<Precision>("precision", spec.precision(), kPrecisionWords));
  DOODLE_RETURN_IF_ERROR(ReadRanks(spec.ranks(), job));
  DOODLE_RETURN_IF_ERROR(ReadCheckpoint(spec.checkpoint(), job));
  DOODLE_RETURN_IF_ERROR(ReadEvaluate(spec.evaluate(), job));
  job.seed = spec.seed();
  job.priority = spec.priority();
  DOODLE_RETURN_IF_ERROR(CheckBetween("max_restarts", spec.max_restarts(), 0, std::numeric_limits<int>::max()));
  job.max_restarts = static_cast<int>(spec.max_restarts());
  job.audit = spec.audit();
  if (spec.deterministic()) return UnsupportedField("deterministic");
  if (!spec.limits().time().empty()) return UnsupportedField("limits.time");
  return absl::OkStatus();
}

// The job's own blocks are read for their errors' sake: a mistake there is named there, not at every stage.
absl::Status ReadBlocks(const v1::DataSpec& data, const v1::RasterSpec& raster, const v1::AugmentSpec& augment,
                        const v1::LossSpec& loss, const v1::OptimizerSpec& optimizer, StageSpec& stage) {
  DOODLE_ASSIGN_OR_RETURN(stage.view, ReadData(data));
  DOODLE_ASSIGN_OR_RETURN(stage.raster, ReadRaster(raster));
  DOODLE_ASSIGN_OR_RETURN(stage.augment, ReadAugment(augment));
  DOODLE_ASSIGN_OR_RETURN(stage.loss, ReadLoss(loss));
  DOODLE_ASSIGN_OR_RETURN(stage.optimizer, ReadOptimizer(optimizer));
  return absl::OkStatus();
}

absl::Status ReadMicroBatch(const std::string& text, StageSpec& stage) {
  if (text == "auto") return absl::OkStatus();
  int64_t size = 0;
  if (!absl::SimpleAtoi(text, &size) || size < static_cast<int64_t>(kSmallestMicroBatch)) {
    return InvalidField("micro_batch", absl::StrCat("must be auto or a whole number from ", kSmallestMicroBatch,
                                                    ", is \"", text, "\""));
  }
  stage.micro_batch = size;
  return absl::OkStatus();
}

absl::StatusOr<StageSpec> ReadStage(const v1::StageSpec& merged) {
  StageSpec stage;
  DOODLE_RETURN_IF_ERROR(ValidateName("name", merged.name()));
  stage.name = merged.name();
  DOODLE_RETURN_IF_ERROR(CheckBetween("epochs", merged.epochs(), 1, 1e6));
  stage.epochs = merged.epochs();
  DOODLE_RETURN_IF_ERROR(CheckBetween("global_batch", static_cast<double>(merged.global_batch()), 2, 1 << 24));
  stage.global_batch = static_cast<int64_t>(merged.global_batch());
  DOODLE_RETURN_IF_ERROR(ReadMicroBatch(merged.micro_batch(), stage));
  DOODLE_RETURN_IF_ERROR(
      ReadBlocks(merged.data(), merged.raster(), merged.augment(), merged.loss(), merged.optimizer(), stage));
  const absl::Status schedule = ReadSchedule(merged.schedule(), stage);
  if (!schedule.ok()) return UnderField(schedule, "schedule");
  return stage;
}

absl::Status CheckStage(const JobSpec& job, const StageSpec& stage, std::set<std::string>& names) {
  if (!names.insert(stage.name).second) return InvalidField("name", absl::StrCat("\"", stage.name, "\" is taken"));
  if (stage.view.classes != job.stages.front().view.classes) {
    return InvalidField("data.classes", "differ from the first stage's: a job has one model with one output layer");
  }
  const size_t channels = ChannelsOf(stage.raster).size();
  if (static_cast<size_t>(job.in_channels) != channels) {
    return InvalidField("raster.channels",
                        absl::StrCat("are ", channels, ", but model.in_channels is ", job.in_channels));
  }
  const auto model = FindModel(job.model);
  if (model.ok() && stage.raster.size < model->minimum_input) {
    return InvalidField("raster.size", absl::StrCat("is ", stage.raster.size, ", but ", job.model, " needs at least ",
                                                    model->minimum_input));
  }
  return absl::OkStatus();
}

absl::Status ReadStages(const v1::JobSpec& spec, JobSpec& job) {
  if (spec.stages_size() == 0) {
    return InvalidField("stages", "at least one is needed, such as `stages: [{epochs: 8, global_batch: 1024}]`");
  }
  std::set<std::string> names;
  for (int i = 0; i < spec.stages_size(); ++i) {
    const std::string path = ElementPath("stages", i);
    auto stage = ReadStage(MergeStage(spec, spec.stages(i)));
    if (!stage.ok()) return UnderField(stage.status(), path);
    stage->fresh_optimizer = !spec.stages(i).optimizer().name().empty();
    job.stages.push_back(*std::move(stage));
    const absl::Status fits = CheckStage(job, job.stages.back(), names);
    if (!fits.ok()) return UnderField(fits, path);
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<JobSpec> FromProto(const v1::JobSpec& spec) {
  if (spec.stages_size() > kMostStages) {
    return InvalidField("stages", absl::StrCat("at most ", kMostStages, ", there are ", spec.stages_size()));
  }
  const v1::JobSpec full = WithDefaults(spec);
  JobSpec job;
  DOODLE_RETURN_IF_ERROR(ReadDataset(full.dataset(), job));
  DOODLE_RETURN_IF_ERROR(ReadModel(full.model(), job));
  DOODLE_RETURN_IF_ERROR(RefuseInit(full.init()));
  StageSpec blocks;
  DOODLE_RETURN_IF_ERROR(ReadBlocks(full.data(), full.raster(), full.augment(), full.loss(), full.optimizer(), blocks));
  DOODLE_RETURN_IF_ERROR(ReadStages(full, job));
  DOODLE_RETURN_IF_ERROR(ReadRun(full, job));
  DOODLE_RETURN_IF_ERROR(ValidateName("name", full.name()));
  job.name = full.name();
  return job;
}

}  // namespace doodle
