#include "tests/simulation/simulated_trainer.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/status/status.h"
#include "worker/link/assignment_conversion.h"
#include "worker/link/report_conversion.h"

namespace doodle {
namespace {

using Delivery = LinkState::Delivery;

constexpr uint64_t kCheckpointEvery = 5;  // Steps.
constexpr char kLeaveMark[] = "!";        // Before the samples of a rank that was asked to leave.

}  // namespace

absl::StatusOr<GangAssignment> SimulatedTransport::AwaitAssignment(uint64_t above, absl::Duration timeout) {
  DOODLE_ASSIGN_OR_RETURN(TrainerAssignment assignment, link_.AwaitAssignment(above, timeout));
  return std::move(assignment.gang);
}

absl::Status SimulatedTransport::ReportFormed(const FormedReport& report) {
  if (bugs_.commit_before_formed) {
    link_.Report(ReportOf(report), Delivery::kSent);
    return absl::OkStatus();
  }
  return link_.ReportAndWait(ReportOf(report), absl::Seconds(60)).status();
}

absl::Status SimulatedTransport::ReportFinished(const FinishedReport& report) {
  return link_.ReportAndWait(ReportOf(report), absl::Minutes(10)).status();
}

absl::StatusOr<RestoreAnswer> SimulatedTransport::ReportRestoreRefused(const std::string& checkpoint,
                                                                       const std::string& reason) {
  DOODLE_ASSIGN_OR_RETURN(const v1::ReportAck ack,
                          link_.ReportAndWait(RestoreRefusedReport(checkpoint, reason), absl::Seconds(60)));
  RestoreAnswer answer;
  if (ack.has_restore()) {
    DOODLE_ASSIGN_OR_RETURN(answer.restore, FromProto(ack.restore()));
  }
  return answer;
}

void SimulatedTransport::ReportFailure(const absl::Status& status, bool permanent) {
  link_.Report(FailureReport(status, permanent), Delivery::kSent);
}

SimulatedTrainer::SimulatedTrainer(uint64_t id, std::string job_directory, TrainerWorld world)
    : id_(id),
      world_(world),
      link_(world.clock, &activity_),
      transport_(link_, world.bugs),
      collective_(world.network),
      state_(collective_, std::move(job_directory), world.bugs),
      member_(transport_, collective_, state_, *this, {}) {
  link_.OnNewGeneration([this](uint64_t generation) { collective_.Fence(generation); });
}

void SimulatedTrainer::Start(std::function<void(bool ok)> exited) {
  world_.scheduler.Spawn(absl::StrCat("trainer-", id_), [this, exited = std::move(exited)] {
    const bool ok = member_.Run().ok();
    alive_ = false;
    exited(ok);
  });
}

// The thread cannot be stopped where it is: it runs on, cut off from everything, until its ports have told it to end.
void SimulatedTrainer::Kill() {
  alive_ = false;
  killed_ = true;
  collective_.Die();
  link_.OnLost();
}

absl::Status SimulatedTrainer::Prepare(const GangAssignment& assignment) {
  assignment_ = assignment;
  activity_.Begin(assignment.generation);
  samples_ = 0;
  leaving_.reset();
  const StagePlan plan = SimulatedPlan();
  const auto lanes = LaneBoundaries(plan.spec().lanes, plan.spec().global_batch, assignment.weights);
  if (lanes.empty()) return absl::FailedPreconditionError("the ranks do not fit");
  cursor_.emplace(plan, lanes[assignment.rank], lanes[assignment.rank + 1], state_.tag().next_step);
  return absl::OkStatus();
}

absl::StatusOr<bool> SimulatedTrainer::Step(Outcome& outcome) {
  const bool finished = state_.tag().next_step >= assignment_.total_steps;
  if (finished || leaving_) {
    outcome = finished ? Outcome::kFinished : *leaving_;
    // What is due by the number of the step has been written after it. The last one is acknowledged before the barrier.
    if (!finished && assignment_.rank == 0 && state_.tag().next_step % kCheckpointEvery != 0) {
      if (auto last = Checkpoint()) link_.ReportAndWait(ReportOf(*last), absl::Seconds(60)).IgnoreError();
    }
    return true;
  }
  world_.scheduler.Sleep(absl::Milliseconds(2) + world_.scheduler.RandomDelay(absl::Milliseconds(15)));
  if (hung_ && world_.bugs.contribution_counted_early) activity_.Contribute();
  if (hung_) world_.scheduler.Wait([this] { return killed_; }, absl::InfiniteDuration());
  activity_.Enter(TrainerPhase::kStep);
  activity_.Contribute();
  const absl::Duration began = world_.scheduler.now();
  const std::vector<PlannedSample> mine = cursor_->NextStep();
  DOODLE_ASSIGN_OR_RETURN(const std::vector<PlannedSample> samples, Reduce(mine));
  samples_ += mine.size();
  DOODLE_RETURN_IF_ERROR(Commit(samples));
  activity_.StepDone(world_.scheduler.now() - began);
  if (state_.tag().next_step % kCheckpointEvery == 0 && assignment_.rank == 0) {
    if (auto due = Checkpoint()) link_.Report(ReportOf(*due), Delivery::kAcknowledged);
  }
  return false;
}

// Leaving as the production step agrees on it: one rank that was asked is enough, and only those asked leave for good.
absl::StatusOr<std::vector<PlannedSample>> SimulatedTrainer::Reduce(const std::vector<PlannedSample>& mine) {
  const bool asked = link_.LeaveRequested();
  auto gathered = collective_.AllGather(absl::StrCat(asked ? kLeaveMark : "", SamplesToText(mine)));
  if (killed_) return absl::CancelledError("killed");
  if (!gathered.ok() && world_.bugs.commit_after_failed_reduction) return mine;
  DOODLE_RETURN_IF_ERROR(gathered.status());
  for (std::string& text : *gathered) {
    if (!absl::StartsWith(text, kLeaveMark)) continue;
    text.erase(0, 1);
    leaving_ = asked ? Outcome::kLeave : Outcome::kReform;
  }
  return SamplesFromTexts(*gathered);
}

absl::Status SimulatedTrainer::Commit(const std::vector<PlannedSample>& samples) {
  SimulatedModel next = state_.model();
  next.Train(samples);
  next.tag = {assignment_.generation, next.tag.next_step + 1};
  world_.witness.Committed(assignment_.generation, state_.model(), next);
  state_.Commit(next);
  ProgressReport progress;
  progress.next_step = next.tag.next_step;
  progress.samples = samples_;
  link_.Report(ReportOf(progress), Delivery::kDroppable);
  return absl::OkStatus();
}

std::optional<CheckpointReport> SimulatedTrainer::Checkpoint() {
  const absl::StatusOr<std::string> name = state_.WriteCheckpoint(assignment_.job, [this] {
    world_.scheduler.Sleep(world_.scheduler.RandomDelay(absl::Milliseconds(5)));
    return !killed_;
  });
  if (!name.ok()) return std::nullopt;
  CheckpointReport report;
  report.name = *name;
  report.tag = state_.tag();
  return report;
}

}  // namespace doodle
