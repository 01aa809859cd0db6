#include "worker/trainer/checkpoint_keeper.h"

#include "absl/time/time.h"
#include "common/log/log.h"
#include "common/status/status.h"

namespace doodle {
namespace {

// Long enough for a slow disk and for an outage of the coordinator; whoever is worse off than that is stuck.
constexpr absl::Duration LongestWait() { return absl::Minutes(10); }

constexpr absl::Duration RetryInterval() { return absl::Seconds(30); }

}  // namespace

bool CheckpointKeeper::TryStart(const ModelState& state, TrainerReporter& reporter) {
  Poll(reporter);
  if (writer_->busy()) return false;
  retry_at_ = absl::InfiniteDuration();
  failure_ = Start(state);
  if (!failure_.ok()) RaiseAlarm(reporter);
  return true;
}

absl::Status CheckpointKeeper::Start(const ModelState& state) {
  started_ = state.progress.tag.generation;
  return writer_->Start(state, oldest_in_flight_);
}

void CheckpointKeeper::RaiseAlarm(TrainerReporter& reporter) {
  retry_at_ = clock_.SteadyNow() + RetryInterval();
  LogError("checkpoint failed, the one before it stays", {{"reason", failure_.ToString()}});
  reporter.CheckpointFailed();
}

void CheckpointKeeper::Poll(TrainerReporter& reporter) {
  const std::optional<absl::StatusOr<CheckpointReceipt>> result = writer_->TakeResult();
  if (!result) return;
  failure_ = result->status();
  if (!failure_.ok()) return RaiseAlarm(reporter);
  reporter.CheckpointWritten(**result);
  written_ = (*result)->tag;
}

absl::Status CheckpointKeeper::WriteNow(const ModelState& state, TrainerReporter& reporter) {
  DOODLE_RETURN_IF_ERROR(AwaitReported(reporter));
  if (written_ != state.progress.tag) {
    DOODLE_RETURN_IF_ERROR(Start(state));
    DOODLE_RETURN_IF_ERROR(AwaitReported(reporter));
    DOODLE_RETURN_IF_ERROR(failure_);
  }
  const absl::Status registered = link_.Flush(LongestWait());
  if (!registered.ok()) written_.reset();  // It may have been refused: the next attempt reads it again, and reports it.
  return Annotate(registered, "waiting for the coordinator to register it");
}

absl::Status CheckpointKeeper::AwaitReported(TrainerReporter& reporter) {
  DOODLE_RETURN_IF_ERROR(writer_->AwaitIdle(LongestWait()));
  Poll(reporter);
  return absl::OkStatus();
}

}  // namespace doodle
