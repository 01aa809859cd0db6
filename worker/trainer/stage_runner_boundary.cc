// StageRunner: what happens between two steps, and at the end.
#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/log/log.h"
#include "common/spec/trigger.h"
#include "common/status/status.h"
#include "worker/trainer/evaluation_pass.h"
#include "worker/trainer/stage_runner.h"

namespace doodle {
namespace {

bool Evaluated(const Progress& progress) {
  return std::any_of(progress.evaluations.begin(), progress.evaluations.end(),
                     [&](const EvaluationRecord& record) { return record.step == progress.tag.next_step; });
}

}  // namespace

absl::Status StageRunner::MakeKeeper() {
  if (keeper_) return absl::OkStatus();
  CheckpointWriter::Options options;
  options.directory = absl::StrCat(data_->job_directory(), "/checkpoints");
  options.job = assignment_.job;  // Not the name in its file: a second job of that name has another id.
  options.metadata = job_.Metadata();
  DOODLE_ASSIGN_OR_RETURN(auto writer, CheckpointWriter::Create(std::move(options), files_, clock_), "checkpoints");
  keeper_ = std::make_unique<CheckpointKeeper>(std::move(writer), link_, clock_);
  return absl::OkStatus();
}

void StageRunner::Checkpoint() {
  if (!keeper_) return;
  keeper_->Poll(*reporter_);
  if (assignment_.rank == 0 && keeper_->retry_due()) checkpoint_due_ = true;
  if (!checkpoint_due_) return;
  const absl::Duration start = clock_.SteadyNow();
  if (keeper_->TryStart(job_.state().View(), *reporter_)) {
    checkpoint_due_ = false;
    checkpoint_owed_.reset();
  }
  totals_.checkpoint += clock_.SteadyNow() - start;
}

// The rank 0 before this one may have died between the evaluation and its report. Saying it twice does no harm.
void StageRunner::ReportEvaluationAgain() {
  const Progress& progress = job_.state().progress;
  if (Evaluated(progress)) reporter_->Evaluated(progress.evaluations.back());
}

bool StageRunner::EvaluationDue() const {
  const Progress& progress = job_.state().progress;
  const uint64_t next = progress.tag.next_step;
  if (next == 0 || Evaluated(progress) || data_->spec().evaluate_every.unit == Trigger::Unit::kNever) return false;
  const StageData& stage = StageOfStep(next - 1);
  return evaluation_at_ == progress.tag ||
         Due(data_->spec().evaluate_every, stage.resolved.Extent(), next - 1 - stage.first_step());
}

absl::Status StageRunner::Evaluate() {
  activity_.Enter(TrainerPhase::kEvaluation);
  TrainingState& state = job_.state();
  const StageData& stage = StageOfStep(next_step() - 1);
  EvaluationOptions options;
  options.evaluator = {stage.spec.raster.normalize, precision_};
  options.render_threads = options_.render_threads;
  options.device = job_.device();
  DOODLE_ASSIGN_OR_RETURN(const RankingMetrics metrics, EvaluateSplit(*state.model, stage, group_, options, clock_));
  EvaluationRecord record;
  record.step = next_step();
  record.split = data_->spec().evaluate_split;
  record.loss = metrics.loss;
  record.top1 = metrics.top1;
  record.top3 = metrics.top3;
  record.map3 = metrics.map3;
  record.drawings = static_cast<uint64_t>(metrics.count);
  state.progress.evaluations.push_back(record);
  last_evaluation_ = clock_.SteadyNow();
  if (assignment_.rank != 0) return absl::OkStatus();
  reporter_->Evaluated(record);
  LogInfo("evaluated", {{"step", record.step}, {"split", record.split}, {"top1", record.top1}, {"map3", record.map3}});
  return absl::OkStatus();
}

// The last checkpoint is on disk and known to the coordinator before anyone says that the job is finished.
absl::Status StageRunner::EndGeneration() {
  const absl::Duration start = clock_.SteadyNow();
  activity_.Enter(TrainerPhase::kCheckpoint);
  DOODLE_RETURN_IF_ERROR(WriteLastCheckpoint(), "last checkpoint");
  totals_.checkpoint += clock_.SteadyNow() - start;
  activity_.Enter(TrainerPhase::kLeaving);
  Report();
  LogInfo("generation done",
          {{"generation", assignment_.generation}, {"step", next_step()}, {"samples", totals_.samples}});
  return absl::OkStatus();
}

absl::Status StageRunner::WriteLastCheckpoint() {
  if (!keeper_) return absl::OkStatus();
  if (assignment_.rank == 0) return keeper_->WriteNow(job_.state().View(), *reporter_);
  return keeper_->AwaitReported(*reporter_);
}

void StageRunner::Report() {
  InputTotals input;
  input.compressed_bytes = data_->compressed_bytes_read();
  input.busy = loader_ ? loader_->busy() : absl::ZeroDuration();
  input.threads = options_.render_threads;
  if (const std::optional<int64_t> bytes = job_.device_memory()) reporter_->DeviceMemory(*bytes);
  reporter_->Send(totals_, input);
}

}  // namespace doodle
