#include "tests/simulation/scheduler.h"

#include <algorithm>

#include "common/ids/hash64.h"

namespace doodle {

// One thread runs at a time: on one CPU the baton passes fastest.
Scheduler::Scheduler(uint64_t seed) : random_(seed) {
  sched_getaffinity(0, sizeof(cpus_), &cpus_);
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(sched_getcpu(), &one);
  sched_setaffinity(0, sizeof(one), &one);
}

Scheduler::~Scheduler() {
  for (const std::unique_ptr<Task>& task : tasks_) task->thread.Join();
  sched_setaffinity(0, sizeof(cpus_), &cpus_);
}

uint64_t Scheduler::Random(uint64_t below) {
  random_ = Mix64(random_);
  return random_ % below;
}

absl::Duration Scheduler::RandomDelay(absl::Duration most) {
  return absl::Microseconds(Random(static_cast<uint64_t>(absl::ToInt64Microseconds(most)) + 1));
}

void Scheduler::At(absl::Duration time, absl::AnyInvocable<void()> event) {
  events_.emplace(std::make_pair(std::max(time, now_), next_event_++), std::move(event));
}

Task* Scheduler::Spawn(std::string name, absl::AnyInvocable<void()> body) {
  tasks_.push_back(std::make_unique<Task>());
  Task* task = tasks_.back().get();
  task->id = tasks_.size();
  task->thread = NamedThread(std::move(name), [this, task, body = std::move(body)]() mutable {
    const auto mine = [&]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) { return baton_ == task->id; };
    {
      absl::MutexLock lock(&mu_);
      mu_.Await(absl::Condition(&mine));
    }
    body();
    absl::MutexLock lock(&mu_);
    task->done = true;
    baton_ = 0;
  });
  return task;
}

void Scheduler::Resume(Task& task) {
  running_ = &task;
  const auto back = [&]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) { return baton_ == 0; };
  {
    absl::MutexLock lock(&mu_);
    baton_ = task.id;
    mu_.Await(absl::Condition(&back));
  }
  running_ = nullptr;
}

void Scheduler::HandBack(Task& task) {
  const auto mine = [&]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) { return baton_ == task.id; };
  absl::MutexLock lock(&mu_);
  baton_ = 0;
  mu_.Await(absl::Condition(&mine));
}

bool Scheduler::Wait(absl::FunctionRef<bool()> ready, absl::Duration deadline) {
  Task& task = *running_;
  task.ready = &ready;
  task.deadline = deadline;
  HandBack(task);
  task.ready = nullptr;
  task.deadline = absl::InfiniteDuration();
  return ready();
}

void Scheduler::Sleep(absl::Duration duration) {
  Wait([] { return false; }, now_ + duration);
}

bool Scheduler::RunOne() {
  std::vector<Task*> runnable;
  for (const std::unique_ptr<Task>& task : tasks_) {
    if (task->done) continue;
    if (task->ready == nullptr || now_ >= task->deadline || (*task->ready)()) runnable.push_back(task.get());
  }
  const bool due = !events_.empty() && events_.begin()->first.first <= now_;
  const uint64_t choices = runnable.size() + (due ? 1 : 0);
  if (choices == 0) return MoveTime();
  const uint64_t choice = Random(choices);
  if (choice < runnable.size()) {
    Resume(*runnable[choice]);
  } else {
    auto event = events_.extract(events_.begin());
    event.mapped()();
  }
  return true;
}

bool Scheduler::MoveTime() {
  absl::Duration next = events_.empty() ? absl::InfiniteDuration() : events_.begin()->first.first;
  for (const std::unique_ptr<Task>& task : tasks_) {
    if (!task->done) next = std::min(next, task->deadline);
  }
  if (next == absl::InfiniteDuration()) return false;
  now_ = next;
  return true;
}

bool SimulatedClock::AwaitUntil(absl::Mutex& mu, const absl::Condition& condition, absl::Duration deadline) {
  if (!scheduler_.InTask()) return condition.Eval();
  mu.Unlock();
  scheduler_.Wait(
      [&] {
        absl::MutexLock lock(&mu);
        return condition.Eval();
      },
      deadline);
  mu.Lock();
  return condition.Eval();
}

void Channel::Send(absl::AnyInvocable<void()> arrival) {
  last_ = std::max(last_, scheduler_.now() + scheduler_.RandomDelay(longest_));
  scheduler_.At(last_, std::move(arrival));
}

}  // namespace doodle
