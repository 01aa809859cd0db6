// Bugs that a test plants, to see that the witness notices them. All off: the simulation is correct.
#ifndef DOODLE_TESTS_SIMULATION_PLANTED_BUGS_H_
#define DOODLE_TESTS_SIMULATION_PLANTED_BUGS_H_

namespace doodle {

struct PlantedBugs {
  bool commit_after_failed_reduction = false;  // A rank whose reduction failed commits what it has.
  bool commit_before_formed = false;           // The leader does not wait until Formed is durable.
  bool torn_adoption_is_valid = false;         // Adoption writes into the live state and leaves it valid.
  bool ledger_loses_generations = false;       // Commit says OK without the row of a generation.
  bool contribution_counted_early = false;     // A rank says that it has contributed before it does.
  bool load_without_verifying = false;         // A checkpoint is loaded whatever its checksums say.
};

}  // namespace doodle

#endif  // DOODLE_TESTS_SIMULATION_PLANTED_BUGS_H_
