// The rendezvous of one generation inside a process, for ranks that are threads.
#ifndef DOODLE_TESTS_UNIT_WORKER_COLLECTIVE_IN_MEMORY_KEY_VALUE_H_
#define DOODLE_TESTS_UNIT_WORKER_COLLECTIVE_IN_MEMORY_KEY_VALUE_H_

#include <functional>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "worker/collective/process_group.h"
#include "worker/gang/key_value.h"

namespace doodle {

// Thread-safe.
class InMemoryKeyValue : public KeyValue {
 public:
  absl::Status Set(const std::string& key, const std::string& value) override {
    absl::MutexLock lock(&mu_);
    values_[key] = value;
    return absl::OkStatus();
  }
  absl::StatusOr<std::vector<std::string>> Wait(const std::vector<std::string>& keys, absl::Duration timeout) override {
    absl::MutexLock lock(&mu_);
    const auto there = [&] {
      for (const std::string& key : keys) {
        if (values_.count(key) == 0) return false;
      }
      return true;
    };
    if (superseded) return absl::AbortedError("generation is superseded");
    if (!mu_.AwaitWithTimeout(absl::Condition(&there), timeout)) return absl::DeadlineExceededError("keys missing");
    std::vector<std::string> values;
    for (const std::string& key : keys) values.push_back(values_[key]);
    return values;
  }

  bool superseded = false;

 private:
  absl::Mutex mu_;
  std::map<std::string, std::string> values_ ABSL_GUARDED_BY(mu_);
};

inline GangAssignment AssignmentOf(uint32_t rank, uint32_t world_size) {
  GangAssignment assignment;
  assignment.generation = 1;
  assignment.rank = rank;
  assignment.world_size = world_size;
  return assignment;
}

// Runs `body` on `world_size` threads, each with a formed group. `body` checks with EXPECT only.
inline void RunRanks(uint32_t world_size, const std::function<void(ProcessGroup&)>& body) {
  InMemoryKeyValue keys;
  std::vector<std::thread> threads;
  for (uint32_t rank = 0; rank < world_size; ++rank) {
    threads.emplace_back([&, rank] {
      ProcessGroup group(keys, {});
      if (group.Form(AssignmentOf(rank, world_size)).ok()) body(group);
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace doodle

#endif  // DOODLE_TESTS_UNIT_WORKER_COLLECTIVE_IN_MEMORY_KEY_VALUE_H_
