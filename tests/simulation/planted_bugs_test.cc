// The witness notices each bug that is planted; a simulation that cannot fail proves nothing.
#include <algorithm>
#include <fstream>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/simulation/simulation.h"
#include "tests/testing/quiet_errors.h"

namespace doodle {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(PlantedBugsTest, CommitAfterAFailedReductionIsNoticed) {
  const QuietErrors quiet;
  Simulation simulation({.seed = 1, .bugs = {.commit_after_failed_reduction = true}});
  simulation.When([&] { return simulation.witness().furthest_step() >= 8; }, [&] { simulation.KillRank(1); });
  simulation.Run();
  EXPECT_THAT(simulation.violations(), Contains(HasSubstr("samples are missing or used twice")));
}

TEST(PlantedBugsTest, CommitBeforeFormedIsDurableIsNoticed) {
  const QuietErrors quiet;
  Simulation simulation({.seed = 1, .bugs = {.commit_before_formed = true}});
  // The report waits for the coordinator, which is away.
  simulation.When(
      [&] {
        const auto live = simulation.LiveTrainers();
        return !live.empty() && live.front()->state().valid();
      },
      [&] { simulation.RestartCoordinator(absl::Seconds(1)); });
  simulation.Run();
  EXPECT_THAT(simulation.violations(), Contains(HasSubstr("before Formed is durable")));
}

// The survivor dies while its replacement receives the state.
std::vector<std::string> RunWithADeathDuringAdoption(uint64_t seed, PlantedBugs bugs) {
  Simulation simulation({.seed = seed, .bugs = bugs});
  simulation.When([&] { return simulation.witness().furthest_step() >= 8; }, [&] { simulation.KillRank(1); });
  const auto adopting = [&] {
    const auto live = simulation.LiveTrainers();
    return simulation.witness().furthest_step() >= 7 && std::any_of(live.begin(), live.end(), [](const auto* trainer) {
             return trainer->state().adopting() && trainer->collective().rank() == 1;
           });
  };
  simulation.When(adopting, [&] { simulation.KillRank(0); });
  simulation.Run();
  return simulation.violations();
}

// Whether the last piece still arrives is the network's choice, so some seeds pass.
TEST(PlantedBugsTest, TornStateThatClaimsToBeValidIsNoticed) {
  const QuietErrors quiet;
  std::vector<std::string> violations;
  for (uint64_t seed = 1; seed <= 10; ++seed) {
    EXPECT_THAT(RunWithADeathDuringAdoption(seed, {}), IsEmpty()) << "seed " << seed;
    for (const std::string& one : RunWithADeathDuringAdoption(seed, {.torn_adoption_is_valid = true})) {
      violations.push_back(one);
    }
  }
  EXPECT_THAT(violations, Contains(HasSubstr("samples are missing or used twice")));
}

// With equal numbers nobody is named, the hung rank stays, and the gang never forms again.
TEST(PlantedBugsTest, AContributionCountedBeforeItIsMadeIsNoticed) {
  const QuietErrors quiet;
  Simulation simulation({.seed = 1, .bugs = {.contribution_counted_early = true}});
  simulation.When([&] { return simulation.witness().furthest_step() >= 8; }, [&] { simulation.HangRank(1); });
  simulation.Run();
  EXPECT_THAT(simulation.violations(), Contains(HasSubstr("after 5m")));
}

TEST(PlantedBugsTest, GenerationThatIsNotDurableIsNoticed) {
  const QuietErrors quiet;
  Simulation simulation({.seed = 1, .bugs = {.ledger_loses_generations = true}});
  simulation.Run();
  EXPECT_THAT(simulation.violations(), Contains(HasSubstr("which is not durable")));
}

TEST(PlantedBugsTest, CheckpointLoadedWithoutVerifyingIsNoticed) {
  const QuietErrors quiet;
  Simulation simulation({.seed = 6, .bugs = {.load_without_verifying = true}});
  simulation.When([&] { return simulation.witness().furthest_step() >= 13; },
                  [&] {
                    SimulatedModel wrong = UndisturbedModel(9);
                    wrong.tag = {1, 10};
                    std::ofstream(simulation.CheckpointDirectory() + "/step-000000010-g1/model.safetensors")
                        << wrong.ToText();
                    simulation.KillAllTrainers();
                  });
  simulation.Run();
  EXPECT_THAT(simulation.violations(), Contains(HasSubstr("samples are missing or used twice")));
}

}  // namespace
}  // namespace doodle
