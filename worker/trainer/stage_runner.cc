#include "worker/trainer/stage_runner.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/ids/hash64.h"
#include "common/log/log.h"
#include "common/plan/lanes.h"
#include "common/spec/trigger.h"
#include "common/status/status.h"
#include "worker/torch/autocast.h"
#include "worker/trainer/evaluation_pass.h"
#include "worker/trainer/render_function.h"

namespace doodle {

StageRunner::StageRunner(Options options, ActiveJob& job, ProcessGroup& group, TrainerLink& link, FileSystem& files,
                         Clock& clock)
    : options_(options),
      activity_(options.activity == nullptr ? unseen_ : *options.activity),
      job_(job),
      group_(group),
      link_(link),
      files_(files),
      clock_(clock),
      last_checkpoint_(clock.SteadyNow()),
      last_evaluation_(last_checkpoint_) {}

StageRunner::~StageRunner() = default;

void StageRunner::Release() {
  step_.reset();
  loader_.reset();
}

absl::Status StageRunner::Prepare(const GangAssignment& assignment) {
  Release();
  activity_.Begin(assignment.generation);
  assignment_ = assignment;
  totals_ = {};
  leaving_.reset();
  asked_to_leave_ = false;
  checkpoint_due_ = false;
  DOODLE_ASSIGN_OR_RETURN(data_, job_.Data());
  DOODLE_ASSIGN_OR_RETURN(precision_, ResolvePrecision(data_->spec().precision, job_.traits()));
  DOODLE_RETURN_IF_ERROR(ShareBoundary());
  sample_log_.reset();
  if (data_->spec().audit) {
    DOODLE_ASSIGN_OR_RETURN(sample_log_, SampleLog::Create(files_, absl::StrCat(data_->job_directory(), "/audit"),
                                                           {assignment.generation, assignment.rank}));
  }
  LogInfo("gang formed", {{"job", assignment.job},
                          {"generation", assignment.generation},
                          {"rank", assignment.rank},
                          {"world_size", assignment.world_size},
                          {"step", next_step()},
                          {"device", job_.device().str()}});
  reporter_.emplace(TrainerReporter::Identity{assignment.job, assignment.rank, options_.slot}, link_, clock_);
  if (assignment.rank != 0) return absl::OkStatus();
  DOODLE_RETURN_IF_ERROR(MakeKeeper());
  keeper_->set_oldest_in_flight(oldest_in_flight_);
  ReportEvaluationAgain();
  // What was due when the generation before ended; a checkpoint that is there already is not written again.
  const uint64_t next = next_step();
  const StageData& before = StageOfStep(next == 0 ? 0 : next - 1);
  checkpoint_due_ = CheckpointOwed() || (next > 0 && Due(data_->spec().checkpoint_every, before.resolved.Extent(),
                                                         next - 1 - before.first_step()));
  return absl::OkStatus();
}

// Due in an earlier generation and neither started by this rank nor known to the coordinator: the writer was busy, or
// the rank 0 of then is gone.
bool StageRunner::CheckpointOwed() const {
  return checkpoint_owed_ && (!assignment_.restore || assignment_.restore->tag.next_step < *checkpoint_owed_);
}

// A generation may have ended on one rank after an evaluation and on another before it; all go on with the longest
// list, so that they agree on what is due. So they do about an evaluation that the clock made due for this very state:
// a rank that has just come does not know of it. And all know what a rank that was rank 0 is still writing.
absl::Status StageRunner::ShareBoundary() {
  Progress& progress = job_.state().progress;
  const uint64_t in_flight = keeper_ ? keeper_->in_flight() : kNoneInFlight;
  const std::string mine =
      absl::StrCat(SerializeProgress(progress), "\n", in_flight, evaluation_at_ == progress.tag ? " due" : "");
  evaluation_at_.reset();
  oldest_in_flight_ = kNoneInFlight;
  DOODLE_ASSIGN_OR_RETURN(const std::vector<std::string> all, group_.AllGather(mine));
  for (absl::string_view text : all) {
    if (absl::ConsumeSuffix(&text, " due")) evaluation_at_ = progress.tag;
    const size_t end = text.rfind('\n');
    uint64_t writing = 0;
    if (end == text.npos || !absl::SimpleAtoi(text.substr(end + 1), &writing)) {
      return absl::InternalError("a rank shares what this version does not read");
    }
    oldest_in_flight_ = std::min(oldest_in_flight_, writing);
    DOODLE_ASSIGN_OR_RETURN(Progress other, ParseProgress(text.substr(0, end)));
    if (!(other.tag == progress.tag)) return absl::InternalError("ranks stand at different steps");
    if (other.evaluations.size() > progress.evaluations.size()) progress.evaluations = std::move(other.evaluations);
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> StageRunner::Step(Outcome& outcome) {
  if (EvaluationDue()) {
    DOODLE_RETURN_IF_ERROR(Evaluate(), "evaluation");
    return false;  // It may have taken long: whoever asks whether this generation is superseded asks now.
  }
  Checkpoint();
  const bool finished = next_step() >= data_->total_steps();
  if (finished || leaving_) {
    outcome = finished ? Outcome::kFinished : *leaving_;
    DOODLE_RETURN_IF_ERROR(EndGeneration());
    return true;
  }
  DOODLE_RETURN_IF_ERROR(OpenStage(), "opening the stage");
  DOODLE_RETURN_IF_ERROR(TrainOneStep());
  return false;
}

// Every stage varies its drawings in its own way.
uint64_t StageRunner::AugmentSeed(const StageData& stage) const {
  return HashCombine(data_->spec().seed, static_cast<uint64_t>(&stage - data_->stages().data()));
}

absl::Status StageRunner::OpenStage() {
  if (step_) return absl::OkStatus();
  activity_.Enter(TrainerPhase::kStarting);
  const uint64_t next = next_step();
  const StageData& stage = StageOfStep(next);
  const std::vector<uint32_t> lanes =
      LaneBoundaries(stage.resolved.lanes, stage.resolved.global_batch, assignment_.weights);
  if (lanes.size() != group_.world_size() + 1) {
    return absl::InvalidArgumentError(absl::StrCat("the lanes cannot feed ", group_.world_size(), " ranks"));
  }
  DOODLE_ASSIGN_OR_RETURN(RenderFunction render,
                          MakeRenderFunction(stage.spec.raster, stage.spec.augment, AugmentSeed(stage)));
  BatchLoaderOptions loading;
  loading.threads = options_.render_threads;
  loading.size = stage.spec.raster.size;
  loading.channels = data_->spec().in_channels;
  loading.pinned = job_.device().is_cuda();
  auto source = std::make_unique<LaneReader>(stage.plan, lanes[group_.rank()], lanes[group_.rank() + 1],
                                             next - stage.first_step());
  DOODLE_ASSIGN_OR_RETURN(loader_,
                          BatchLoader::Create(loading, std::move(source), *stage.training, std::move(render), clock_));
  TrainStepOptions stepping;
  stepping.normalize = stage.spec.raster.normalize;
  stepping.precision = precision_;
  stepping.scale_loss = precision_ == Precision::kFp16;
  stepping.loss_scale = job_.state().progress.loss_scale.value_or(LossScale());
  stepping.loss = stage.spec.loss;
  stepping.micro_batch = static_cast<int64_t>(stage.resolved.micro_batch);
  stepping.device = job_.device();
  stepping.activity = &activity_;
  TrainingState& state = job_.state();
  DOODLE_ASSIGN_OR_RETURN(step_, TrainStep::Create(stepping, *state.model, *state.optimizer, group_.group(), clock_));
  return absl::OkStatus();
}

absl::Status StageRunner::TrainOneStep() {
  const uint64_t step = next_step();
  const StageData& stage = StageOfStep(step);
  const uint64_t local = step - stage.first_step();
  StepRecord record;
  const absl::Duration start = clock_.SteadyNow();
  activity_.Enter(TrainerPhase::kInput);
  DOODLE_ASSIGN_OR_RETURN(std::optional<Batch> batch, loader_->Next(), "input");
  record.input = clock_.SteadyNow() - start;
  totals_.data_wait += record.input;
  if (!batch || batch->step != local) return absl::InternalError(absl::StrCat("no batch for step ", step));
  activity_.Enter(TrainerPhase::kStep);
  DOODLE_RETURN_IF_ERROR(WriteDown(step, *batch), "sample log");
  const uint64_t bytes_before = step_->collective_bytes();
  const absl::StatusOr<StepResult> result =
      step_->Reduce(batch->pixels, batch->labels, stage.plan.StepSize(local), Flags());
  if (absl::IsOutOfRange(result.status())) reporter_->NonfiniteStep();
  DOODLE_RETURN_IF_ERROR(result.status(), absl::StrCat("step ", step));
  // A step that loss scaling skips is committed: its samples count as used.
  if (result->skipped) {
    reporter_->NonfiniteStep();
    if (sample_log_) DOODLE_RETURN_IF_ERROR(sample_log_->AppendSkipped(step), "sample log");
  }
  if (!result->skipped)
    DOODLE_RETURN_IF_ERROR(CheckGradients(stage, local, result->sums, record), absl::StrCat("step ", step));
  DOODLE_RETURN_IF_ERROR(Commit(stage, local), absl::StrCat("commit of step ", step));
  activity_.StepDone(clock_.SteadyNow() - start);
  totals_.samples += static_cast<uint64_t>(batch->samples());
  record.next_step = step + 1;
  record.stage = data_->StageOf(step);
  record.epoch = static_cast<double>(stage.plan.Slots(local).end) / static_cast<double>(stage.resolved.samples);
  record.samples = static_cast<uint64_t>(batch->samples());
  record.loss = result->loss;
  record.learning_rate = stage.schedule.At(static_cast<int64_t>(local)).learning_rate;
  record.times = step_->times();
  record.collective_bytes = step_->collective_bytes() - bytes_before;
  loader_->Recycle(*std::move(batch));
  reporter_->StepDone(record);
  if (reporter_->due()) Report();
  AfterCommit(stage, local, result->sums);
  return absl::OkStatus();
}

// Before this rank contributes, so that no step is committed with samples that nobody wrote down.
absl::Status StageRunner::WriteDown(uint64_t step, const Batch& batch) {
  if (!sample_log_) return absl::OkStatus();
  std::vector<SampleUse> uses;
  uses.reserve(batch.origins.size());
  for (const SampleOrigin& origin : batch.origins) uses.push_back({origin.lane, origin.epoch, origin.key_id});
  return sample_log_->Append(step, uses);
}

// Whether the weights after this step may go into a checkpoint: one is due or waits for its turn, or all ranks leave,
// or the job ends.
bool StageRunner::KeepsWeights(const StageData& stage, uint64_t local_step, const ControlSums& sums) const {
  return checkpoint_due_ || sums.checkpoint > 0 || sums.leave > 0 || next_step() + 1 == data_->total_steps() ||
         Due(data_->spec().checkpoint_every, stage.resolved.Extent(), local_step);
}

// A pass over all gradients, so only where a number is wanted or bad weights would be kept.
absl::Status StageRunner::CheckGradients(const StageData& stage, uint64_t local_step, const ControlSums& sums,
                                         StepRecord& record) {
  if (!reporter_->due() && !KeepsWeights(stage, local_step, sums)) return absl::OkStatus();
  DOODLE_ASSIGN_OR_RETURN(record.gradient_norm, step_->GradientNorm());
  if (std::isfinite(*record.gradient_norm)) return absl::OkStatus();
  step_->Abandon();
  reporter_->NonfiniteStep();
  return absl::OutOfRangeError("the gradients are not finite numbers");
}

absl::Status StageRunner::Commit(const StageData& stage, uint64_t local_step) {
  const ScheduleValue schedule = stage.schedule.At(static_cast<int64_t>(local_step));
  TrainingState& state = job_.state();
  state.valid = false;
  DOODLE_RETURN_IF_ERROR(step_->Commit(schedule.learning_rate, schedule.momentum));
  state.progress.tag = {assignment_.generation, state.progress.tag.next_step + 1};
  if (step_->loss_scale()) state.progress.loss_scale = step_->loss_scale();
  const uint32_t stage_index = data_->StageOf(state.progress.tag.next_step);
  if (stage_index != state.progress.stage && data_->stages()[stage_index].spec.fresh_optimizer) {
    DOODLE_ASSIGN_OR_RETURN(state.optimizer, job_.MakeOptimizer(stage_index));
  }
  state.progress.stage = stage_index;
  state.valid = true;
  return absl::OkStatus();
}

void StageRunner::AfterCommit(const StageData& stage, uint64_t local_step, const ControlSums& sums) {
  const bool due = sums.checkpoint > 0 || Due(data_->spec().checkpoint_every, stage.resolved.Extent(), local_step);
  if (due) last_checkpoint_ = clock_.SteadyNow();
  if (due) checkpoint_owed_ = next_step();
  checkpoint_due_ = assignment_.rank == 0 && (due || checkpoint_due_);
  if (sums.evaluate > 0) evaluation_at_ = job_.state().progress.tag;
  // Those who were asked leave; the others meet again without them.
  if (sums.leave > 0) leaving_ = asked_to_leave_ ? Outcome::kLeave : Outcome::kReform;
  if (next_step() < stage.end_step()) return;
  Release();  // The next stage has its own.
}

ControlSums StageRunner::Flags() {
  asked_to_leave_ = link_.LeaveRequested();
  ControlSums flags;
  flags.leave = asked_to_leave_ ? 1 : 0;
  if (assignment_.rank != 0) return flags;
  flags.checkpoint = ByClock(data_->spec().checkpoint_every, last_checkpoint_) ? 1 : 0;
  flags.evaluate = ByClock(data_->spec().evaluate_every, last_evaluation_) ? 1 : 0;
  return flags;
}

bool StageRunner::ByClock(const Trigger& trigger, absl::Duration last) const {
  return trigger.unit == Trigger::Unit::kSeconds && clock_.SteadyNow() - last >= absl::Seconds(trigger.amount);
}

}  // namespace doodle
