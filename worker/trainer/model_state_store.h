// The gang's state port over real tensors: seed, checkpoints, and adoption of the leader's state.
#ifndef DOODLE_WORKER_TRAINER_MODEL_STATE_STORE_H_
#define DOODLE_WORKER_TRAINER_MODEL_STATE_STORE_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/io/file_system.h"
#include "worker/collective/process_group.h"
#include "worker/gang/state_store.h"
#include "worker/optim/optimizer.h"
#include "worker/torch/tensor_entry.h"
#include "worker/trainer/active_job.h"

namespace doodle {

// Adoption, by number; every rank takes part:
//
//   1 prepare    model and spare buffers exist; all-gather of what went wrong, so that nobody waits for a rank that
//                cannot take part
//   2 progress   the leader's tag, stage and evaluations, as text
//   3 tensors    parameters and buffers, then the optimizer's, broadcast into the spare buffers
//   4 compare    digests of the spare buffers; other than the leader's: INTERNAL, the old state stays
//   5 swap       valid = 0, copy over the live tensors, valid = 1
//
// Single-threaded: the training thread. All references must outlive it.
class ModelStateStore : public StateStore {
 public:
  ModelStateStore(ActiveJob& job, ProcessGroup& group, FileSystem& files) : job_(job), group_(group), files_(files) {}

  bool valid() const override { return job_.state().valid; }
  StateTag tag() const override { return job_.state().progress.tag; }
  StateDigest Digest() const override;
  absl::Status InitializeFromSeed() override;
  // Below the job's checkpoints/. DATA_LOSS names a damaged file; INVALID_ARGUMENT when it is of another model. The
  // state stays as it was after any error before the first byte.
  absl::Status LoadCheckpoint(const std::string& name) override;
  absl::Status AdoptFrom(uint32_t leader_rank, const StateDigest& leader_digest) override;

 private:
  // Where a rank receives: the leader receives nowhere, it sends its live tensors.
  struct Spare {
    TensorEntries model;
    TensorEntries optimizer_tensors;
    std::unique_ptr<Optimizer> optimizer;
  };
  absl::Status AgreeThatAllCan(const absl::Status& mine);
  absl::StatusOr<Progress> ShareProgress(uint32_t leader_rank);
  absl::StatusOr<Spare> MakeSpare(const Progress& progress, bool leads);

  ActiveJob& job_;
  ProcessGroup& group_;
  FileSystem& files_;
};

}  // namespace doodle

#endif  // DOODLE_WORKER_TRAINER_MODEL_STATE_STORE_H_
