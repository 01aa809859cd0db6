#include "worker/dataset/batch_loader.h"

#include <algorithm>
#include <utility>

#include "ATen/ops/empty.h"
#include "absl/strings/str_cat.h"
#include "common/status/status.h"
#include "worker/torch/fence.h"

namespace doodle {

absl::StatusOr<std::unique_ptr<BatchLoader>> BatchLoader::Create(BatchLoaderOptions options,
                                                                 std::unique_ptr<SampleSource> source,
                                                                 const ViewReader& reader, RenderFunction render,
                                                                 Clock& clock) {
  if (options.threads < 1 || options.prefetch < 1 || options.chunk < 1 || options.size < 1 || options.channels < 1) {
    return absl::InvalidArgumentError("batch loader: every option is at least 1");
  }
  auto loader =
      std::unique_ptr<BatchLoader>(new BatchLoader(options, std::move(source), reader, std::move(render), clock));
  for (int i = 0; i < options.threads; ++i) {
    BatchLoader* self = loader.get();
    loader->threads_.emplace_back(absl::StrCat("render-", i), [self] { self->Run(); });
  }
  return loader;
}

BatchLoader::BatchLoader(BatchLoaderOptions options, std::unique_ptr<SampleSource> source, const ViewReader& reader,
                         RenderFunction render, Clock& clock)
    : options_(options), reader_(reader), render_(std::move(render)), clock_(clock), source_(std::move(source)) {
  const auto most = static_cast<size_t>(options.prefetch);
  absl::MutexLock lock(&mu_);
  pending_.reserve(most);
  used_.reserve(most);
  recycled_.reserve(most);
}

BatchLoader::~BatchLoader() {
  {
    absl::MutexLock lock(&mu_);
    stopping_ = true;
  }
  for (NamedThread& thread : threads_) thread.Join();
}

absl::StatusOr<std::optional<Batch>> BatchLoader::Next() {
  absl::MutexLock lock(&mu_);
  DOODLE_RETURN_IF_ERROR(failed_);
  if (!clock_.AwaitUntil(mu_, absl::Condition(this, &BatchLoader::FrontIsReady),
                         clock_.SteadyNow() + options_.timeout)) {
    return absl::DeadlineExceededError(absl::StrCat("no batch within ", absl::FormatDuration(options_.timeout)));
  }
  DOODLE_RETURN_IF_ERROR(failed_);
  if (pending_.empty()) return std::optional<Batch>();
  const std::shared_ptr<Pending> front = std::move(pending_.front());
  pending_.erase(pending_.begin());
  failed_ = front->error;
  DOODLE_RETURN_IF_ERROR(failed_);
  std::optional<Batch> batch(std::move(front->batch));
  if (used_.size() < static_cast<size_t>(options_.prefetch)) used_.push_back(front);
  return batch;
}

void BatchLoader::Recycle(Batch batch) {
  if (options_.pinned) return;
  absl::MutexLock lock(&mu_);
  if (recycled_.size() < static_cast<size_t>(options_.prefetch)) recycled_.push_back(std::move(batch));
}

absl::Duration BatchLoader::busy() const {
  absl::MutexLock lock(&mu_);
  return busy_;
}

void BatchLoader::Run() {
  while (std::optional<Chunk> chunk = Claim()) Render(*chunk);
}

// Empty: the thread is to end.
std::optional<BatchLoader::Chunk> BatchLoader::Claim() {
  absl::MutexLock lock(&mu_);
  for (;;) {
    mu_.Await(absl::Condition(this, &BatchLoader::HasWork));  // Ended by the owner, who sets stopping_.
    if (stopping_) return std::nullopt;
    if (std::optional<Chunk> chunk = TakeChunkLocked()) return chunk;
    planning_ = true;
    std::shared_ptr<Pending> next = TakeUsedLocked();
    mu_.Unlock();
    absl::StatusOr<bool> planned = CatchTorch("batch", [&]() -> absl::StatusOr<bool> {
      if (next == nullptr) next = std::make_shared<Pending>();
      return Plan(*next);
    });
    mu_.Lock();
    planning_ = false;
    if (!planned.ok()) failed_ = planned.status();
    if (planned.ok() && *planned) {
      pending_.push_back(std::move(next));
    } else {
      ended_ = true;
    }
  }
}

// With the memory of a batch that was given back, if there is one; null: there is nothing to use again.
std::shared_ptr<BatchLoader::Pending> BatchLoader::TakeUsedLocked() {
  if (used_.empty()) return nullptr;
  std::shared_ptr<Pending> pending = std::move(used_.back());
  used_.pop_back();
  if (recycled_.empty()) return pending;
  pending->batch = std::move(recycled_.back());
  recycled_.pop_back();
  return pending;
}

std::optional<BatchLoader::Chunk> BatchLoader::TakeChunkLocked() {
  for (const std::shared_ptr<Pending>& pending : pending_) {
    if (pending->claimed == pending->samples.size()) continue;
    const size_t begin = pending->claimed;
    pending->claimed = std::min(pending->samples.size(), begin + static_cast<size_t>(options_.chunk));
    return Chunk{pending, begin, pending->claimed};
  }
  return std::nullopt;
}

// False at the source's end.
bool BatchLoader::Plan(Pending& pending) {
  source_->Next(pending.samples);
  if (pending.samples.empty()) return false;
  pending.claimed = 0;
  pending.rendered = 0;
  MakeRoom(pending.batch, pending.samples.size());
  pending.batch.step = pending.samples.front().step;
  return true;
}

// A tensor's views have only the storage in common with it.
void BatchLoader::MakeRoom(Batch& batch, size_t samples) const {
  const auto alone = [](const at::Tensor& tensor) {
    return tensor.use_count() == 1 && tensor.storage().use_count() == 1;
  };
  const auto rows = static_cast<int64_t>(samples);
  batch.origins.resize(samples);
  if (batch.pixels.defined() && batch.pixels.size(0) == rows && alone(batch.pixels) && alone(batch.labels)) return;
  const at::TensorOptions memory = at::TensorOptions().pinned_memory(options_.pinned);
  batch.pixels = at::empty({rows, options_.channels, options_.size, options_.size}, memory.dtype(at::kByte));
  batch.labels = at::empty({rows}, memory.dtype(at::kLong));
}

// Whatever reading and rendering throw, memory that ran out above all, would end the process from this thread.
absl::Status BatchLoader::RenderSample(Pending& pending, size_t row) const {
  const PlannedSample& sample = pending.samples[row];
  DOODLE_RETURN_IF_ERROR(CatchTorch("rendering", [&] { return FillRow(pending, row); }),
                         absl::StrCat("step ", sample.step, " lane ", sample.lane, " epoch ", sample.epoch));
  return absl::OkStatus();
}

absl::Status BatchLoader::FillRow(Pending& pending, size_t row) const {
  const PlannedSample& sample = pending.samples[row];
  DOODLE_ASSIGN_OR_RETURN(const LabeledDrawing labeled, reader_.Read(sample.shard, sample.position));
  const size_t stride = static_cast<size_t>(options_.channels) * options_.size * options_.size;
  render_(*labeled.drawing, sample.epoch, pending.batch.pixels.data_ptr<uint8_t>() + row * stride);
  pending.batch.labels.data_ptr<int64_t>()[row] = labeled.label;
  pending.batch.origins[row] = {sample.lane, sample.epoch, labeled.drawing->key_id};
  return absl::OkStatus();
}

void BatchLoader::Render(const Chunk& chunk) {
  const absl::Duration start = clock_.SteadyNow();
  absl::Status status;
  size_t row = chunk.begin;
  for (; row < chunk.end && status.ok(); ++row) status = RenderSample(*chunk.pending, row);
  const absl::Duration taken = clock_.SteadyNow() - start;
  absl::MutexLock lock(&mu_);
  Pending& pending = *chunk.pending;
  if (!status.ok() && (pending.error.ok() || row < pending.error_row)) {
    pending.error = status;
    pending.error_row = row;
  }
  pending.rendered += chunk.end - chunk.begin;
  busy_ += taken;
}

bool BatchLoader::HasWork() const {
  if (stopping_) return true;
  for (const std::shared_ptr<Pending>& pending : pending_) {
    if (pending->claimed < pending->samples.size()) return true;
  }
  return !ended_ && !planning_ && pending_.size() < static_cast<size_t>(options_.prefetch);
}

bool BatchLoader::FrontIsReady() const {
  if (!failed_.ok()) return true;
  if (pending_.empty()) return ended_ && !planning_;
  return pending_.front()->rendered == pending_.front()->samples.size();
}

}  // namespace doodle
