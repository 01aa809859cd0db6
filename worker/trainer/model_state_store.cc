#include "worker/trainer/model_state_store.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/log/log.h"
#include "common/status/status.h"
#include "worker/checkpoint/checkpoint_loader.h"
#include "worker/model/state_dict.h"

namespace doodle {
namespace {

absl::StatusOr<StateDigest> DigestOf(const TensorEntries& model, const TensorEntries& optimizer) {
  StateDigest digest;
  DOODLE_ASSIGN_OR_RETURN(digest.parameters, DigestEntries(model));
  DOODLE_ASSIGN_OR_RETURN(digest.optimizer, DigestEntries(optimizer));
  return digest;
}

}  // namespace

StateDigest ModelStateStore::Digest() const {
  const TrainingState& state = job_.state();
  if (!state.model) return {};
  absl::StatusOr<StateDigest> digest = DigestOf(StateDict(*state.model), state.optimizer->StateTensors());
  if (digest.ok()) return *std::move(digest);
  // An empty digest equals no other: the rank adopts, or its report shows that something is wrong.
  LogError("cannot hash the state", {{"reason", digest.status().ToString()}});
  return {};
}

absl::Status ModelStateStore::InitializeFromSeed() {
  DOODLE_RETURN_IF_ERROR(job_.EnsureModel());
  TrainingState& state = job_.state();
  state.valid = false;
  DOODLE_RETURN_IF_ERROR(job_.Reinitialize());
  state.progress = Progress{};
  state.valid = true;
  return absl::OkStatus();
}

absl::Status ModelStateStore::LoadCheckpoint(const std::string& name) {
  DOODLE_RETURN_IF_ERROR(job_.EnsureModel());
  DOODLE_ASSIGN_OR_RETURN(const JobData* data, job_.Data());
  DOODLE_ASSIGN_OR_RETURN(const LoadedCheckpoint loaded,
                          ReadCheckpoint(files_, absl::StrCat(data->job_directory(), "/checkpoints/", name)));
  if (loaded.metadata.classes != data->classes()) {
    return absl::InvalidArgumentError(absl::StrCat(name, ": its classes are not the job's"));
  }
  if (loaded.progress.stage >= data->stages().size()) {
    return absl::InvalidArgumentError(absl::StrCat(name, ": the job has no stage ", loaded.progress.stage));
  }
  TrainingState& state = job_.state();
  DOODLE_ASSIGN_OR_RETURN(std::unique_ptr<Optimizer> optimizer, job_.MakeOptimizer(loaded.progress.stage));
  const bool was_valid = std::exchange(state.valid, false);
  const absl::Status applied = ApplyCheckpoint(loaded, {*state.model, *optimizer, state.progress});
  // Refused before the first byte: what was there is still whole.
  if (absl::IsInvalidArgument(applied)) state.valid = was_valid;
  DOODLE_RETURN_IF_ERROR(applied, name);
  state.optimizer = std::move(optimizer);
  state.valid = true;
  return absl::OkStatus();
}

absl::Status ModelStateStore::AdoptFrom(uint32_t leader_rank, const StateDigest& leader_digest) {
  const bool leads = group_.rank() == leader_rank;
  DOODLE_RETURN_IF_ERROR(AgreeThatAllCan(job_.EnsureModel()));
  DOODLE_ASSIGN_OR_RETURN(Progress progress, ShareProgress(leader_rank));
  absl::StatusOr<Spare> spare = MakeSpare(progress, leads);
  DOODLE_RETURN_IF_ERROR(AgreeThatAllCan(spare.status()));
  DOODLE_RETURN_IF_ERROR(group_.Broadcast(spare->model, leader_rank));
  DOODLE_RETURN_IF_ERROR(group_.Broadcast(spare->optimizer_tensors, leader_rank));
  if (leads) return absl::OkStatus();
  DOODLE_ASSIGN_OR_RETURN(const StateDigest received, DigestOf(spare->model, spare->optimizer_tensors));
  if (!(received == leader_digest)) return absl::InternalError("the received state is not the leader's");
  TrainingState& state = job_.state();
  state.valid = false;
  DOODLE_RETURN_IF_ERROR(CopyEntries(spare->model, StateDict(*state.model)));
  state.optimizer = std::move(spare->optimizer);
  state.progress = std::move(progress);
  state.valid = true;
  return absl::OkStatus();
}

absl::Status ModelStateStore::AgreeThatAllCan(const absl::Status& mine) {
  const absl::StatusOr<std::vector<std::string>> all = group_.AllGather(mine.ok() ? "" : mine.ToString());
  DOODLE_RETURN_IF_ERROR(mine);
  DOODLE_RETURN_IF_ERROR(all.status());
  for (size_t rank = 0; rank < all->size(); ++rank) {
    if (!(*all)[rank].empty()) return absl::UnavailableError(absl::StrCat("rank ", rank, ": ", (*all)[rank]));
  }
  return absl::OkStatus();
}

absl::StatusOr<Progress> ModelStateStore::ShareProgress(uint32_t leader_rank) {
  DOODLE_ASSIGN_OR_RETURN(const std::vector<std::string> all,
                          group_.AllGather(SerializeProgress(job_.state().progress)));
  return ParseProgress(all[leader_rank]);
}

absl::StatusOr<ModelStateStore::Spare> ModelStateStore::MakeSpare(const Progress& progress, bool leads) {
  DOODLE_ASSIGN_OR_RETURN(const JobData* data, job_.Data());
  TrainingState& state = job_.state();
  Spare spare;
  if (leads) {
    spare.model = StateDict(*state.model);
    spare.optimizer_tensors = state.optimizer->StateTensors();
    return spare;
  }
  if (progress.stage >= data->stages().size())
    return absl::InvalidArgumentError("the leader is in a stage unknown here");
  DOODLE_ASSIGN_OR_RETURN(spare.model, SpareLike(StateDict(*state.model)));
  DOODLE_ASSIGN_OR_RETURN(spare.optimizer, job_.MakeOptimizer(progress.stage));
  spare.optimizer_tensors = spare.optimizer->StateTensors();
  return spare;
}

}  // namespace doodle
