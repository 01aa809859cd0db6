// An executor with one thread.
#ifndef DOODLE_COORDINATOR_SERVER_WORK_THREAD_H_
#define DOODLE_COORDINATOR_SERVER_WORK_THREAD_H_

#include <string>

#include "absl/functional/any_invocable.h"
#include "common/thread/bounded_queue.h"
#include "common/thread/thread.h"
#include "coordinator/control/outbox.h"

namespace doodle {

// Run never waits, for it is called where locks are held: with a full or closed queue the work is destroyed unrun,
// before Run returns, and that is logged. What is dropped is asked for again (a removal each minute, the reading of a
// checkpoint every 2 s), answers by its destruction (PendingReply) or is not missed (a line of metrics). Thread-safe.
class WorkThread final : public Executor {
 public:
  explicit WorkThread(const std::string& name);
  ~WorkThread() override { Stop(); }

  void Run(absl::AnyInvocable<void()> work) override;
  void Stop();  // Does what is queued, then joins. Repeatable.

 private:
  BoundedQueue<absl::AnyInvocable<void()>> queue_;
  NamedThread thread_;
};

}  // namespace doodle

#endif  // DOODLE_COORDINATOR_SERVER_WORK_THREAD_H_
