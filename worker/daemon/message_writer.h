// Writes of one gRPC stream, one after another: the stream takes a new message only when the one before is gone.
#ifndef DOODLE_WORKER_DAEMON_MESSAGE_WRITER_H_
#define DOODLE_WORKER_DAEMON_MESSAGE_WRITER_H_

#include <cstddef>
#include <deque>
#include <functional>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"

namespace doodle {

// `start_write(const Message*)` begins a write; the stream then calls OnWriteDone. `close()` is called once, after
// Close, when no write is under way: only then may the stream be finished. Both are called without a lock.
// Thread-safe.
template <typename Message>
class MessageWriter {
 public:
  static constexpr size_t kMaxQueued = 4096;  // A peer that does not read for that long is gone: the rest is dropped.

  MessageWriter(std::function<void(const Message*)> start_write, std::function<void()> close)
      : start_write_(std::move(start_write)), close_(std::move(close)) {}

  // Never waits. False: closed, or the queue is full, and the message is dropped.
  bool Send(const Message& message) {
    const Message* next = nullptr;
    {
      absl::MutexLock lock(&mu_);
      if (closing_ || queue_.size() >= kMaxQueued) return false;
      queue_.push_back(message);
      if (!writing_) next = BeginWrite();
    }
    if (next != nullptr) start_write_(next);
    return true;
  }

  void OnWriteDone(bool ok) {
    const Message* next = nullptr;
    bool close = false;
    {
      absl::MutexLock lock(&mu_);
      writing_ = false;
      queue_.pop_front();
      if (!ok) queue_.clear();
      const bool drained = queue_.empty() || !drain_;
      if (closing_ && drained) {
        close = true;
      } else if (!queue_.empty()) {
        next = BeginWrite();
      }
    }
    if (close) close_();
    if (next != nullptr) start_write_(next);
  }

  // Further messages are dropped; with `drain` those queued are still written. Repeatable: the first call counts.
  void Close(bool drain) {
    {
      absl::MutexLock lock(&mu_);
      if (closing_) return;
      closing_ = true;
      drain_ = drain;
      if (writing_) return;  // OnWriteDone closes.
    }
    close_();
  }

 private:
  const Message* BeginWrite() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) {
    writing_ = true;
    return &queue_.front();  // Stays in its place: a deque does not move its elements.
  }

  const std::function<void(const Message*)> start_write_;
  const std::function<void()> close_;
  absl::Mutex mu_;
  std::deque<Message> queue_ ABSL_GUARDED_BY(mu_);
  bool writing_ ABSL_GUARDED_BY(mu_) = false;
  bool closing_ ABSL_GUARDED_BY(mu_) = false;
  bool drain_ ABSL_GUARDED_BY(mu_) = false;
};

}  // namespace doodle

#endif  // DOODLE_WORKER_DAEMON_MESSAGE_WRITER_H_
