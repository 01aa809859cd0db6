// One failure of a generation as the coordinator heard of it, and which of several is to blame. Pure.
#ifndef DOODLE_COORDINATOR_GANG_GANG_FAILURE_H_
#define DOODLE_COORDINATOR_GANG_GANG_FAILURE_H_

#include <cstdint>
#include <optional>
#include <string>

namespace doodle {

// How near a sign is to the cause of a failure. When a trainer dies its peers' collectives break, and their reports may
// come first: the higher one is blamed, at equal height the earlier.
enum class Blame {
  kSymptom,  // A collective broke, or the generation did not form in time.
  kWorker,   // A worker was lost with all its trainers.
  kTrainer,  // A trainer exited, or says what went wrong in itself.
};

struct GangFailure {
  std::string cause{};    // In a word, as GangStateMachine::cause().
  std::string message{};  // Names rank and worker.
  Blame blame = Blame::kSymptom;
  std::optional<uint32_t> rank{};  // Empty: no single one.
  std::string worker{};            // Empty: not known.
  std::string log_tail{};          // Last lines of the trainer's log; empty: it did not exit.
  uint64_t generation = 0;
  uint64_t step = 0;    // Committed steps by then.
  int64_t time_us = 0;  // Wall time in microseconds of the Unix epoch.
};

}  // namespace doodle

#endif  // DOODLE_COORDINATOR_GANG_GANG_FAILURE_H_
