// Writes checkpoints beside training: the training thread only copies tensors, a thread of the writer's does the rest.
//
//  1. Start      training thread, between two steps: tensors -> spare host buffers (the only time training waits for).
//  2. write      writer thread: weights that are no finite numbers are refused; row-major, hashed, into an
//                AtomicDirectory; manifest.json last; fsync, rename, fsync.
//  3. verify     writer thread: reads every byte back and compares sizes and hashes. What differs is removed.
//                Then what processes of older generations left unfinished goes, but for what a live one still writes.
//  4. TakeResult training thread, any time later: the receipt to report, or why it failed.
#ifndef DOODLE_WORKER_CHECKPOINT_CHECKPOINT_WRITER_H_
#define DOODLE_WORKER_CHECKPOINT_CHECKPOINT_WRITER_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "common/checkpoint/model_metadata.h"
#include "common/io/file_system.h"
#include "common/thread/thread.h"
#include "common/time/clock.h"
#include "worker/checkpoint/model_state.h"

namespace doodle {

// A checkpoint that is on disk and was verified.
struct CheckpointReceipt {
  std::string name;  // "step-000012345-g7"
  StateTag tag;
  uint64_t bytes = 0;  // Of all files but the manifest.
  std::string manifest_sha256;
  std::string parameters_digest;
  std::string optimizer_digest;
  absl::Duration blocked;  // Start: how long training waited.
  absl::Duration written;  // Until it was verified, from the end of Start.
};

inline constexpr uint64_t kNoneInFlight = ~uint64_t{0};

// Never two in flight. Thread-safe, but Start belongs to the thread that changes the state.
class CheckpointWriter {
 public:
  struct Options {
    std::string directory;  // <job>/checkpoints; made when missing.
    std::string job;
    ModelMetadata metadata;
  };

  // `files` and `clock` must outlive it.
  static absl::StatusOr<std::unique_ptr<CheckpointWriter>> Create(Options options, FileSystem& files, Clock& clock);

  // Ends the thread after the checkpoint in flight, if any: files are never left half-written on purpose.
  ~CheckpointWriter();

  // Copies the state and returns. FAILED_PRECONDITION while one is in flight or a result was not taken. A checkpoint
  // of the same tag that is there already and verifies is not written again: its receipt is the result. Unfinished
  // directories of `oldest_in_flight` and later generations stay: a rank that was rank 0 then may be writing there.
  absl::Status Start(const ModelState& state, uint64_t oldest_in_flight = kNoneInFlight) ABSL_LOCKS_EXCLUDED(mu_);

  bool busy() const ABSL_LOCKS_EXCLUDED(mu_);

  // The last checkpoint's outcome, once; OUT_OF_RANGE names a weight that is not finite. Empty: none, or still in
  // flight.
  std::optional<absl::StatusOr<CheckpointReceipt>> TakeResult() ABSL_LOCKS_EXCLUDED(mu_);

  // Waits until none is in flight. DEADLINE_EXCEEDED.
  absl::Status AwaitIdle(absl::Duration timeout) ABSL_LOCKS_EXCLUDED(mu_);

 private:
  struct Snapshot;
  CheckpointWriter(Options options, FileSystem& files, Clock& clock);
  void Run() ABSL_LOCKS_EXCLUDED(mu_);
  absl::StatusOr<CheckpointReceipt> Write() const;
  bool HasWorkLocked() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) { return busy_ || stopping_; }
  bool IdleLocked() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) { return !busy_; }

  const Options options_;
  FileSystem& files_;
  Clock& clock_;
  std::unique_ptr<Snapshot> snapshot_;  // The training thread's while !busy_, the writer's while busy_.

  mutable absl::Mutex mu_;
  bool busy_ ABSL_GUARDED_BY(mu_) = false;
  bool stopping_ ABSL_GUARDED_BY(mu_) = false;
  std::optional<absl::StatusOr<CheckpointReceipt>> result_ ABSL_GUARDED_BY(mu_);

  NamedThread thread_;  // Last: its body uses all of the above.
};

}  // namespace doodle

#endif  // DOODLE_WORKER_CHECKPOINT_CHECKPOINT_WRITER_H_
