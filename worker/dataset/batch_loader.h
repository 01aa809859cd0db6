// Turns the samples of a source into batches ahead of time, on a few render threads.
//
//     DOODLE_ASSIGN_OR_RETURN(auto loader, BatchLoader::Create(options, std::move(source), reader, render, clock));
//     for (;;) {
//       DOODLE_ASSIGN_OR_RETURN(auto batch, loader->Next());   // in the source's order, whatever the threads do
//       ...
//       loader->Recycle(*std::move(batch));
//     }
//
// A batch under way is cut into chunks; any thread takes the next chunk of the oldest batch that has one left, so
// several threads work on one batch and every sample is written to its own row.
#ifndef DOODLE_WORKER_DATASET_BATCH_LOADER_H_
#define DOODLE_WORKER_DATASET_BATCH_LOADER_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "common/drawing/drawing.h"
#include "common/thread/thread.h"
#include "common/time/clock.h"
#include "worker/dataset/batch.h"
#include "worker/dataset/sample_source.h"
#include "worker/dataset/view_reader.h"

namespace doodle {

// Writes channels * size * size bytes at `pixels`, for the drawing's use in `epoch` of the stage (evaluation: 0).
// Called from several threads at once. What it throws becomes the sample's error, as CatchTorch names it.
using RenderFunction = std::function<void(const Drawing& drawing, uint64_t epoch, uint8_t* pixels)>;

struct BatchLoaderOptions {
  int threads = 1;
  int size = 64;
  int channels = 1;
  int prefetch = 3;                             // Batches under way or ready, at least 1.
  int chunk = 16;                               // Samples that a thread renders at a time.
  bool pinned = false;                          // Page-locked pixels and labels, to be copied to a GPU; never run.
  absl::Duration timeout = absl::Seconds(120);  // Of one Next.
};

// Next belongs to one thread; the rest is thread-safe. Destruction ends the threads after the samples they are at.
class BatchLoader {
 public:
  // `reader` and `clock` must outlive it. INVALID_ARGUMENT for options below 1.
  static absl::StatusOr<std::unique_ptr<BatchLoader>> Create(BatchLoaderOptions options,
                                                             std::unique_ptr<SampleSource> source,
                                                             const ViewReader& reader, RenderFunction render,
                                                             Clock& clock);
  ~BatchLoader();

  // Empty at the source's end. The error of a sample names its step, lane and epoch, and every later call repeats it;
  // DEADLINE_EXCEEDED when no batch came in time.
  absl::StatusOr<std::optional<Batch>> Next() ABSL_LOCKS_EXCLUDED(mu_);

  // Gives a batch's memory back for one to come, so that a batch costs no allocation. Not needed; memory that someone
  // else still holds, and page-locked memory, which a copy may still be reading, is left alone.
  void Recycle(Batch batch) ABSL_LOCKS_EXCLUDED(mu_);

  // Time that render threads worked, all together, since Create.
  absl::Duration busy() const ABSL_LOCKS_EXCLUDED(mu_);

 private:
  struct Pending {
    std::vector<PlannedSample> samples;
    Batch batch;
    size_t claimed = 0;   // Samples that a thread has taken.
    size_t rendered = 0;  // Samples that are done.
    absl::Status error;   // The lowest row's, so that it does not depend on the threads.
    size_t error_row = 0;
  };
  struct Chunk {
    std::shared_ptr<Pending> pending;
    size_t begin = 0;
    size_t end = 0;
  };

  BatchLoader(BatchLoaderOptions options, std::unique_ptr<SampleSource> source, const ViewReader& reader,
              RenderFunction render, Clock& clock);
  void Run() ABSL_LOCKS_EXCLUDED(mu_);
  std::optional<Chunk> Claim() ABSL_LOCKS_EXCLUDED(mu_);
  std::optional<Chunk> TakeChunkLocked() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  std::shared_ptr<Pending> TakeUsedLocked() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  bool Plan(Pending& pending);
  void MakeRoom(Batch& batch, size_t samples) const;
  absl::Status RenderSample(Pending& pending, size_t row) const;
  absl::Status FillRow(Pending& pending, size_t row) const;
  void Render(const Chunk& chunk) ABSL_LOCKS_EXCLUDED(mu_);
  bool HasWork() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  bool FrontIsReady() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  const BatchLoaderOptions options_;
  const ViewReader& reader_;
  const RenderFunction render_;
  Clock& clock_;
  const std::unique_ptr<SampleSource> source_;  // Used by the thread that set planning_.

  mutable absl::Mutex mu_;
  std::vector<std::shared_ptr<Pending>> pending_ ABSL_GUARDED_BY(mu_);  // In order, at most `prefetch`.
  std::vector<std::shared_ptr<Pending>> used_ ABSL_GUARDED_BY(mu_);     // Without a batch; at most `prefetch`.
  std::vector<Batch> recycled_ ABSL_GUARDED_BY(mu_);                    // At most `prefetch`.
  bool planning_ ABSL_GUARDED_BY(mu_) = false;
  bool ended_ ABSL_GUARDED_BY(mu_) = false;  // The source has no more.
  bool stopping_ ABSL_GUARDED_BY(mu_) = false;
  absl::Status failed_ ABSL_GUARDED_BY(mu_);
  absl::Duration busy_ ABSL_GUARDED_BY(mu_);

  std::vector<NamedThread> threads_;
};

}  // namespace doodle

#endif  // DOODLE_WORKER_DATASET_BATCH_LOADER_H_
