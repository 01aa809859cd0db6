// Compresses blocks on several threads: most of the time that writing a dataset takes.
#ifndef DOODLE_COMMON_SHARD_ENCODING_POOL_H_
#define DOODLE_COMMON_SHARD_ENCODING_POOL_H_

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "common/drawing/drawing.h"
#include "common/thread/bounded_queue.h"
#include "common/thread/thread.h"

namespace doodle {

// One block on its way from drawings to bytes. Thread-safe.
class BlockTask {
 public:
  explicit BlockTask(std::vector<Drawing> drawings) : drawings_(std::move(drawings)) {}

  // Encodes the block. Once.
  void Run() ABSL_LOCKS_EXCLUDED(mu_);
  // Waits for Run, which always ends, so that no deadline is needed. Errors of EncodeBlock. Once.
  absl::StatusOr<std::string> Take() ABSL_LOCKS_EXCLUDED(mu_);
  // After Take: the drawings' buffers, to be filled again.
  std::vector<Drawing> TakeDrawings() { return std::move(drawings_); }

 private:
  std::vector<Drawing> drawings_;  // Used by one thread at a time: Run, then whoever took the bytes.
  absl::Mutex mu_;
  bool done_ ABSL_GUARDED_BY(mu_) = false;
  absl::StatusOr<std::string> bytes_ ABSL_GUARDED_BY(mu_);
};

// Thread-safe. Its owner has taken every task before it is destroyed, or does not want them.
class EncodingPool {
 public:
  // With one thread, the caller's, there is none of its own.
  explicit EncodingPool(size_t threads);
  ~EncodingPool();

  // Waits while too many blocks are in work.
  std::shared_ptr<BlockTask> Submit(std::vector<Drawing> drawings);

  // How many tasks a caller may have before it takes the oldest, so that no thread is idle.
  size_t depth() const { return 2 * threads_.size(); }

 private:
  BoundedQueue<std::shared_ptr<BlockTask>> queue_;
  std::vector<NamedThread> threads_;  // Last: they use the queue.
};

}  // namespace doodle

#endif  // DOODLE_COMMON_SHARD_ENCODING_POOL_H_
