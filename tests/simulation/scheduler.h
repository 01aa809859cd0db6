// Runs everything of a simulation one piece at a time, in an order that the seed decides: events at their simulated
// time, and tasks, which are threads of which exactly one holds the baton. The same seed gives the same run.
//
//     Scheduler scheduler(seed);
//     scheduler.After(absl::Milliseconds(5), [] { ... });
//     Task* task = scheduler.Spawn("rank0", [&] { scheduler.Wait([&] { return arrived; }, deadline); });
//     while (scheduler.RunOne()) {}
#ifndef DOODLE_TESTS_SIMULATION_SCHEDULER_H_
#define DOODLE_TESTS_SIMULATION_SCHEDULER_H_

#include <sched.h>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/functional/function_ref.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "common/thread/thread.h"
#include "common/time/clock.h"

namespace doodle {

// Owned by the scheduler.
struct Task {
  uint64_t id = 0;
  bool done = false;
  absl::FunctionRef<bool()>* ready = nullptr;  // What a waiting task waits for; null: it runs on.
  absl::Duration deadline = absl::InfiniteDuration();
  NamedThread thread;
};

// Thread-compatible: the thread that calls RunOne, and the tasks while they hold the baton.
class Scheduler {
 public:
  explicit Scheduler(uint64_t seed);
  ~Scheduler();  // Every task must have ended.

  absl::Duration now() const { return now_; }
  uint64_t Random(uint64_t below);  // 0 .. below - 1
  absl::Duration RandomDelay(absl::Duration most);

  void After(absl::Duration delay, absl::AnyInvocable<void()> event) { At(now_ + delay, std::move(event)); }
  void At(absl::Duration time, absl::AnyInvocable<void()> event);
  Task* Spawn(std::string name, absl::AnyInvocable<void()> body);

  // From a task: hands the baton back until `ready` or the deadline; true when ready. Always gives others their turn.
  bool Wait(absl::FunctionRef<bool()> ready, absl::Duration deadline);
  void Sleep(absl::Duration duration);
  bool InTask() const { return running_ != nullptr; }

  // One event, one stretch of a task, or, when neither is due, time moves on. False: nothing will ever happen.
  bool RunOne();

 private:
  void Resume(Task& task);
  void HandBack(Task& task);
  bool MoveTime();

  cpu_set_t cpus_;  // Of the thread that made it, before.
  uint64_t random_;
  absl::Duration now_ = absl::ZeroDuration();
  uint64_t next_event_ = 0;
  std::map<std::pair<absl::Duration, uint64_t>, absl::AnyInvocable<void()>> events_;
  std::vector<std::unique_ptr<Task>> tasks_;
  Task* running_ = nullptr;

  absl::Mutex mu_;
  uint64_t baton_ ABSL_GUARDED_BY(mu_) = 0;  // The task that runs; 0: none does.
};

// The simulated clock. A task that waits hands the baton back; elsewhere AwaitUntil does not wait.
class SimulatedClock final : public Clock {
 public:
  explicit SimulatedClock(Scheduler& scheduler) : scheduler_(scheduler) {}
  absl::Time Now() const override { return absl::FromUnixSeconds(1767225600) + scheduler_.now(); }
  absl::Duration SteadyNow() const override { return scheduler_.now(); }
  bool AwaitUntil(absl::Mutex& mu, const absl::Condition& condition,
                  absl::Duration deadline) override ABSL_NO_THREAD_SAFETY_ANALYSIS;

 private:
  Scheduler& scheduler_;
};

// Messages of one direction of one connection: each is delayed, none overtakes another.
class Channel {
 public:
  Channel(Scheduler& scheduler, absl::Duration longest_delay) : scheduler_(scheduler), longest_(longest_delay) {}
  void Send(absl::AnyInvocable<void()> arrival);

 private:
  Scheduler& scheduler_;
  const absl::Duration longest_;
  absl::Duration last_ = absl::ZeroDuration();
};

}  // namespace doodle

#endif  // DOODLE_TESTS_SIMULATION_SCHEDULER_H_
