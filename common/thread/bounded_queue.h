// A bounded first-in first-out queue between threads. Push waits when it is full, Pop when it is empty; Close ends
// both.
//
//     BoundedQueue<Block> queue(4);
//     NamedThread reader("reader", [&] { while (auto block = queue.Pop()) Decode(*block); });
//     for (Block& block : blocks) queue.Push(std::move(block));
//     queue.Close();   // The reader ends after the last item; NamedThread's destructor waits for it.
#ifndef DOODLE_COMMON_THREAD_BOUNDED_QUEUE_H_
#define DOODLE_COMMON_THREAD_BOUNDED_QUEUE_H_

#include <cstddef>
#include <deque>
#include <optional>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"

namespace doodle {

// Waits have no deadline: their end is Close, which the owner calls before it joins a thread that may wait here.
// Thread-safe; any number of threads on either side.
template <typename T>
class BoundedQueue {
 public:
  // `capacity` at least 1.
  explicit BoundedQueue(size_t capacity) : capacity_(capacity) {}

  // Waits for room. False, and the value is dropped, once the queue is closed.
  bool Push(T value) ABSL_LOCKS_EXCLUDED(mu_) {
    absl::MutexLock lock(&mu_);
    mu_.Await(absl::Condition(this, &BoundedQueue::HasRoomOrClosed));
    if (closed_) return false;
    items_.push_back(std::move(value));
    return true;
  }

  // Never waits: false when full or closed.
  bool TryPush(T value) ABSL_LOCKS_EXCLUDED(mu_) {
    absl::MutexLock lock(&mu_);
    if (closed_ || items_.size() >= capacity_) return false;
    items_.push_back(std::move(value));
    return true;
  }

  // Waits for an item. Empty once the queue is closed and drained.
  std::optional<T> Pop() ABSL_LOCKS_EXCLUDED(mu_) {
    absl::MutexLock lock(&mu_);
    mu_.Await(absl::Condition(this, &BoundedQueue::HasItemOrClosed));
    if (items_.empty()) return std::nullopt;
    std::optional<T> value(std::move(items_.front()));
    items_.pop_front();
    return value;
  }

  // Items already in the queue can still be popped.
  void Close() ABSL_LOCKS_EXCLUDED(mu_) {
    absl::MutexLock lock(&mu_);
    closed_ = true;
  }

 private:
  bool HasRoomOrClosed() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) { return closed_ || items_.size() < capacity_; }
  bool HasItemOrClosed() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) { return closed_ || !items_.empty(); }

  const size_t capacity_;
  absl::Mutex mu_;
  std::deque<T> items_ ABSL_GUARDED_BY(mu_);
  bool closed_ ABSL_GUARDED_BY(mu_) = false;
};

}  // namespace doodle

#endif  // DOODLE_COMMON_THREAD_BOUNDED_QUEUE_H_
