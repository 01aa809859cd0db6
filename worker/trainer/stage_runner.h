// Runs the steps of a generation over the stages of a job, with what is due at their boundaries.
//
// Between two steps, in this order: evaluation, checkpoint, the end of the job, leaving. What is due follows from the
// step number and the control sums alone, which are the same on all ranks.
#ifndef DOODLE_WORKER_TRAINER_STAGE_RUNNER_H_
#define DOODLE_WORKER_TRAINER_STAGE_RUNNER_H_

#include <cstdint>
#include <memory>
#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "common/audit/sample_log.h"
#include "common/io/file_system.h"
#include "common/time/clock.h"
#include "worker/collective/process_group.h"
#include "worker/dataset/batch_loader.h"
#include "worker/gang/step_runner.h"
#include "worker/link/trainer_link.h"
#include "worker/trainer/active_job.h"
#include "worker/trainer/checkpoint_keeper.h"
#include "worker/trainer/train_step.h"
#include "worker/trainer/trainer_reporter.h"

namespace doodle {

// The StepRunner of a trainer: GangMember calls Prepare when a generation has formed, Step until it says that the
// generation is over, and Release. One object serves all generations: what writes checkpoints outlives them, the open
// stage with its loader does not.
//
// Single-threaded: the training thread. All references must outlive it.
class StageRunner : public StepRunner {
 public:
  struct Options {
    int render_threads = 1;
    uint32_t slot = 0;                  // A label of the metrics.
    ActivityBoard* activity = nullptr;  // Told what this rank is at; must outlive the runner. Null: nobody is.
  };
  StageRunner(Options options, ActiveJob& job, ProcessGroup& group, TrainerLink& link, FileSystem& files, Clock& clock);
  ~StageRunner() override;

  // The state must be the group's: adopted and on the line. Opens no stage yet; the first Step does.
  absl::Status Prepare(const GangAssignment& assignment) override;
  absl::StatusOr<bool> Step(Outcome& outcome) override;
  void Release() override;
  // This rank's in this generation.
  uint64_t samples() const override { return totals_.samples; }

 private:
  absl::Status ShareBoundary();
  bool CheckpointOwed() const;
  void ReportEvaluationAgain();
  absl::Status MakeKeeper();
  uint64_t AugmentSeed(const StageData& stage) const;
  absl::Status OpenStage();
  absl::Status TrainOneStep();
  absl::Status CheckGradients(const StageData& stage, uint64_t local_step, const ControlSums& sums, StepRecord& record);
  bool KeepsWeights(const StageData& stage, uint64_t local_step, const ControlSums& sums) const;
  absl::Status Commit(const StageData& stage, uint64_t local_step);
  void AfterCommit(const StageData& stage, uint64_t local_step, const ControlSums& sums);
  ControlSums Flags();
  absl::Status WriteDown(uint64_t step, const Batch& batch);
  bool EvaluationDue() const;
  absl::Status Evaluate();
  void Checkpoint();
  absl::Status WriteLastCheckpoint();
  absl::Status EndGeneration();
  void Report();
  bool ByClock(const Trigger& trigger, absl::Duration last) const;

  uint64_t next_step() const { return job_.state().progress.tag.next_step; }
  const StageData& StageOfStep(uint64_t step) const { return data_->stages()[data_->StageOf(step)]; }

  const Options options_;
  ActivityBoard unseen_;  // Where options_ has none.
  ActivityBoard& activity_;
  ActiveJob& job_;
  ProcessGroup& group_;
  TrainerLink& link_;
  FileSystem& files_;
  Clock& clock_;

  GangAssignment assignment_;
  const JobData* data_ = nullptr;
  Precision precision_ = Precision::kFp32;  // Resolved.
  std::optional<TrainerReporter> reporter_;
  std::unique_ptr<CheckpointKeeper> keeper_;  // Whoever is or was rank 0 has one; it outlives generations.
  std::unique_ptr<TrainStep> step_;           // Of the open stage, with loader_.
  std::unique_ptr<BatchLoader> loader_;
  std::unique_ptr<SampleLog> sample_log_;  // Of the generation; null: the job is not audited.
  GenerationTotals totals_;
  bool checkpoint_due_ = false;  // Rank 0.
  // Next step when a checkpoint last became due; empty once this rank has started it. Outlives generations.
  std::optional<uint64_t> checkpoint_owed_;
  uint64_t oldest_in_flight_ = kNoneInFlight;  // Of all ranks, when the generation began.
  std::optional<StateTag> evaluation_at_;      // The state that the clock made an evaluation of due.
  bool asked_to_leave_ = false;                // As said in the last control tensor.
  std::optional<Outcome> leaving_;
  absl::Duration last_checkpoint_;  // Of any generation: what is due every hour is not put off by a shorter one.
  absl::Duration last_evaluation_;
};

}  // namespace doodle

#endif  // DOODLE_WORKER_TRAINER_STAGE_RUNNER_H_
