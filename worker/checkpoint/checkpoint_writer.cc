#include "worker/checkpoint/checkpoint_writer.h"

#include <algorithm>
#include <utility>

#include "ATen/ops/isfinite.h"
#include "absl/strings/str_cat.h"
#include "common/checkpoint/checkpoint_manifest.h"
#include "common/io/checksum.h"
#include "common/status/status.h"
#include "worker/checkpoint/checkpoint_files.h"
#include "worker/model/state_dict.h"
#include "worker/torch/fence.h"

namespace doodle {
namespace {

// Spare buffers for `live`: those of the last time where they still match, as they do within a stage.
absl::Status CopyToSpare(const TensorEntries& live, TensorEntries& spare) {
  if (!spare.empty() && CopyEntries(live, spare).ok()) return absl::OkStatus();
  DOODLE_ASSIGN_OR_RETURN(spare, SpareLike(live, c10::Device(c10::kCPU)));
  return CopyEntries(live, spare);
}

// Weights that are no numbers would replace good ones. Optimizer state may overflow harmlessly.
absl::Status CheckFinite(const TensorEntries& model) {
  return CatchTorch("checking the weights", [&]() -> absl::Status {
    for (const TensorEntry& entry : model) {
      if (!entry.tensor.is_floating_point() || at::isfinite(entry.tensor).all().item<bool>()) continue;
      return absl::OutOfRangeError(absl::StrCat(entry.name, ": holds what is no finite number"));
    }
    return absl::OkStatus();
  });
}

CheckpointReceipt Receipt(const CheckpointManifest& manifest) {
  CheckpointReceipt receipt;
  receipt.name = CheckpointName(manifest.tag);
  receipt.tag = manifest.tag;
  for (const CheckpointFile& file : manifest.files) receipt.bytes += file.bytes;
  receipt.manifest_sha256 = Sha256Hex(SerializeCheckpointManifest(manifest));
  receipt.parameters_digest = manifest.parameters_digest;
  receipt.optimizer_digest = manifest.optimizer_digest;
  return receipt;
}

}  // namespace

struct CheckpointWriter::Snapshot {
  TensorEntries model;
  TensorEntries optimizer;
  Progress progress;
  uint64_t oldest_in_flight = kNoneInFlight;
  absl::Duration blocked;
  absl::Duration taken_at;  // Of the steady clock.
};

absl::StatusOr<std::unique_ptr<CheckpointWriter>> CheckpointWriter::Create(Options options, FileSystem& files,
                                                                           Clock& clock) {
  DOODLE_RETURN_IF_ERROR(files.MakeDirectories(options.directory));
  std::unique_ptr<CheckpointWriter> writer(new CheckpointWriter(std::move(options), files, clock));
  writer->thread_ = NamedThread("checkpoint", [raw = writer.get()] { raw->Run(); });
  return writer;
}

CheckpointWriter::CheckpointWriter(Options options, FileSystem& files, Clock& clock)
    : options_(std::move(options)), files_(files), clock_(clock), snapshot_(std::make_unique<Snapshot>()) {}

CheckpointWriter::~CheckpointWriter() {
  {
    absl::MutexLock lock(&mu_);
    stopping_ = true;
  }
  thread_.Join();
}

absl::Status CheckpointWriter::Start(const ModelState& state, uint64_t oldest_in_flight) {
  {
    absl::MutexLock lock(&mu_);
    if (busy_) return absl::FailedPreconditionError("checkpoint: one is being written");
    if (result_) return absl::FailedPreconditionError("checkpoint: the last result was not taken");
  }
  const absl::Duration began = clock_.SteadyNow();
  DOODLE_RETURN_IF_ERROR(CopyToSpare(StateDict(state.model), snapshot_->model), "checkpoint");
  DOODLE_RETURN_IF_ERROR(CopyToSpare(state.optimizer.StateTensors(), snapshot_->optimizer), "checkpoint");
  snapshot_->progress = state.progress;
  snapshot_->oldest_in_flight = oldest_in_flight;
  snapshot_->taken_at = clock_.SteadyNow();
  snapshot_->blocked = snapshot_->taken_at - began;
  absl::MutexLock lock(&mu_);
  busy_ = true;
  return absl::OkStatus();
}

absl::StatusOr<CheckpointReceipt> CheckpointWriter::Write() const {
  CheckpointContent content;
  content.job = options_.job;
  content.metadata = options_.metadata;
  content.progress = snapshot_->progress;
  DOODLE_RETURN_IF_ERROR(CheckFinite(snapshot_->model));
  DOODLE_ASSIGN_OR_RETURN(content.model, ToNamedTensors(snapshot_->model));
  DOODLE_ASSIGN_OR_RETURN(content.optimizer, ToNamedTensors(snapshot_->optimizer));
  DOODLE_ASSIGN_OR_RETURN(CheckpointManifest manifest, WriteCheckpointFiles(files_, options_.directory, content));
  RemoveUnfinishedCheckpoints(files_, options_.directory,
                              std::min(manifest.tag.generation, snapshot_->oldest_in_flight));
  CheckpointReceipt receipt = Receipt(manifest);
  receipt.blocked = snapshot_->blocked;
  receipt.written = clock_.SteadyNow() - snapshot_->taken_at;
  return receipt;
}

void CheckpointWriter::Run() {
  while (true) {
    {
      absl::MutexLock lock(&mu_);
      mu_.Await(absl::Condition(this, &CheckpointWriter::HasWorkLocked));
      if (!busy_) return;
    }
    absl::StatusOr<CheckpointReceipt> result = CatchTorch("checkpoint", [this] { return Write(); });
    absl::MutexLock lock(&mu_);
    result_ = std::move(result);
    busy_ = false;
  }
}

bool CheckpointWriter::busy() const {
  absl::MutexLock lock(&mu_);
  return busy_;
}

std::optional<absl::StatusOr<CheckpointReceipt>> CheckpointWriter::TakeResult() {
  absl::MutexLock lock(&mu_);
  return std::exchange(result_, std::nullopt);
}

absl::Status CheckpointWriter::AwaitIdle(absl::Duration timeout) {
  const absl::Duration deadline = clock_.SteadyNow() + timeout;
  absl::MutexLock lock(&mu_);
  if (clock_.AwaitUntil(mu_, absl::Condition(this, &CheckpointWriter::IdleLocked), deadline)) return absl::OkStatus();
  return absl::DeadlineExceededError(
      absl::StrCat("checkpoint: still being written after ", absl::FormatDuration(timeout)));
}

}  // namespace doodle
