// Events for the supervisor thread, from any other; it sleeps in poll(2) on the descriptor.
#ifndef DOODLE_WORKER_DAEMON_EVENT_INBOX_H_
#define DOODLE_WORKER_DAEMON_EVENT_INBOX_H_

#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/functional/any_invocable.h"
#include "absl/synchronization/mutex.h"

namespace doodle {

using Event = absl::AnyInvocable<void()>;

// Bounded by its users: a stream posts its next message only after the one before was handled, so there are at most a
// few events for each. Thread-safe.
class EventInbox {
 public:
  EventInbox();
  ~EventInbox();

  void Post(Event event) ABSL_LOCKS_EXCLUDED(mu_);
  // All events so far, oldest first; the descriptor is no longer readable.
  std::vector<Event> Take() ABSL_LOCKS_EXCLUDED(mu_);
  int descriptor() const { return descriptor_; }  // Readable while there are events.

 private:
  const int descriptor_;
  absl::Mutex mu_;
  std::vector<Event> events_ ABSL_GUARDED_BY(mu_);
};

}  // namespace doodle

#endif  // DOODLE_WORKER_DAEMON_EVENT_INBOX_H_
