#include "worker/trainer/checkpoint_keeper.h"

#include "absl/time/time.h"
#include "common/log/log.h"
#include "common/status/status.h"

namespace doodle {
namespace {

// Long enough for a slow disk and for an outage of the coordinator; whoever is worse off than that is stuck.
constexpr absl::Duration LongestWait() { return absl::Minutes(10); }

}  // namespace

bool CheckpointKeeper::TryStart(const ModelState& state, TrainerReporter& reporter) {
  Poll(reporter);
  if (writer_->busy()) return false;
  const absl::Status started = writer_->Start(state);
  if (started.ok()) return true;
  LogWarning("checkpoint not started", {{"reason", started.ToString()}});
  reporter.CheckpointFailed();
  return true;
}

void CheckpointKeeper::Poll(TrainerReporter& reporter) {
  const std::optional<absl::StatusOr<CheckpointReceipt>> result = writer_->TakeResult();
  if (!result) return;
  if (!result->ok()) {
    LogWarning("checkpoint failed", {{"reason", result->status().ToString()}});
    reporter.CheckpointFailed();
    return;
  }
  reporter.CheckpointWritten(**result);
  written_ = (*result)->tag;
}

absl::Status CheckpointKeeper::WriteNow(const ModelState& state, TrainerReporter& reporter) {
  DOODLE_RETURN_IF_ERROR(writer_->AwaitIdle(LongestWait()), "waiting for the checkpoint in flight");
  Poll(reporter);
  if (written_ != state.progress.tag) {
    DOODLE_RETURN_IF_ERROR(writer_->Start(state), "checkpoint");
    DOODLE_RETURN_IF_ERROR(writer_->AwaitIdle(LongestWait()), "waiting for the checkpoint");
    Poll(reporter);
  }
  if (written_ != state.progress.tag) return absl::InternalError("the checkpoint could not be written");
  return Annotate(link_.Flush(LongestWait()), "waiting for the coordinator to register the checkpoint");
}

}  // namespace doodle
