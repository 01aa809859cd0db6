#include "tests/simulation/simulated_state.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/checkpoint/checkpoint_manifest.h"
#include "common/io/checksum.h"
#include "common/io/file_system.h"
#include "common/status/status.h"

namespace doodle {
namespace {

constexpr char kModelFile[] = "model.safetensors";

absl::Status Write(const std::string& path, absl::string_view content) {
  DOODLE_ASSIGN_OR_RETURN(auto file, LocalFileSystem().Create(path));
  DOODLE_RETURN_IF_ERROR(file->Append(content));
  return file->Close();
}

// What is in memory after the first piece of a transfer into the live state: the leader's tag, and not its weights.
SimulatedModel TornFrom(absl::string_view piece) {
  const std::vector<std::string> words = absl::StrSplit(piece, absl::MaxSplits(' ', 2));
  SimulatedModel torn = SimulatedModel::FromSeed();
  if (words.size() != 3 || !absl::SimpleAtoi(words[0], &torn.tag.generation) ||
      !absl::SimpleAtoi(words[1], &torn.tag.next_step)) {
    return SimulatedModel::FromSeed();
  }
  return torn;
}

}  // namespace

void SimulatedState::Set(SimulatedModel model) {
  valid_ = false;
  model_ = std::move(model);
  valid_ = true;
}

void SimulatedState::Commit(SimulatedModel next) { Set(std::move(next)); }

absl::Status SimulatedState::InitializeFromSeed() {
  Set(SimulatedModel::FromSeed());
  return absl::OkStatus();
}

absl::Status SimulatedState::LoadCheckpoint(const std::string& name) {
  const std::string directory = absl::StrCat(job_directory_, "/checkpoints/", name);
  if (!bugs_.load_without_verifying) {
    DOODLE_RETURN_IF_ERROR(VerifyCheckpoint(LocalFileSystem(), directory).status());
  }
  DOODLE_ASSIGN_OR_RETURN(const std::string text,
                          ReadFile(LocalFileSystem(), absl::StrCat(directory, "/", kModelFile)));
  Set(SimulatedModel::FromText(text));
  return absl::OkStatus();
}

// In two pieces, so that a leader can die between them.
absl::Status SimulatedState::AdoptFrom(uint32_t leader_rank, const StateDigest& leader_digest) {
  const std::string mine = valid_ ? model_.ToText() : "";
  DOODLE_ASSIGN_OR_RETURN(const auto first, collective_.AllGather(mine.substr(0, mine.size() / 2)));
  adopting_ = true;
  if (bugs_.torn_adoption_is_valid && collective_.rank() != leader_rank) Set(TornFrom(first[leader_rank]));
  const auto second = collective_.AllGather(mine.substr(mine.size() / 2));
  adopting_ = false;
  DOODLE_RETURN_IF_ERROR(second.status());
  SimulatedModel received = SimulatedModel::FromText(first[leader_rank] + (*second)[leader_rank]);
  if (received.Digest() != leader_digest) return absl::InternalError("the received state is not the leader's");
  Set(std::move(received));
  return absl::OkStatus();
}

absl::StatusOr<std::string> SimulatedState::WriteCheckpoint(const std::string& job,
                                                            absl::FunctionRef<bool()> survive) const {
  const std::string name = CheckpointName(model_.tag);
  const std::string directory = absl::StrCat(job_directory_, "/checkpoints/", name);
  const std::string partial = absl::StrCat(job_directory_, "/checkpoints/.", name, ".partial");
  DOODLE_RETURN_IF_ERROR(LocalFileSystem().MakeDirectories(partial));
  const std::string text = model_.ToText();
  DOODLE_RETURN_IF_ERROR(Write(absl::StrCat(partial, "/", kModelFile), text));
  if (!survive()) return absl::CancelledError("killed");
  CheckpointManifest manifest;
  manifest.job = job;
  manifest.tag = model_.tag;
  manifest.parameters_digest = Digest().parameters;
  manifest.optimizer_digest = Digest().optimizer;
  manifest.files = {{kModelFile, text.size(), Sha256Hex(text)}};
  DOODLE_RETURN_IF_ERROR(Write(absl::StrCat(partial, "/manifest.json"), SerializeCheckpointManifest(manifest)));
  if (!survive()) return absl::CancelledError("killed");
  DOODLE_RETURN_IF_ERROR(LocalFileSystem().Rename(partial, directory));
  return name;
}

}  // namespace doodle
