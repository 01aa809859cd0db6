// One job of 20 steps, with and without faults (ARCHITECTURE.md, "Seams for simulation").
#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iostream>

#include "absl/strings/numbers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/simulation/simulation.h"
#include "tests/testing/quiet_errors.h"

namespace doodle {
namespace {

using ::testing::IsEmpty;

const v1::GenerationRecord& Newest(const v1::Job& job) { return job.generations(job.generations_size() - 1); }

TEST(JobSimulationTest, UndisturbedJobFinishesInItsFirstGeneration) {
  const QuietErrors quiet;
  Simulation simulation({.seed = 1});
  simulation.Run();
  EXPECT_THAT(simulation.violations(), IsEmpty());
  const v1::Job job = simulation.job();
  ASSERT_EQ(job.generations_size(), 1);
  EXPECT_EQ(job.generations(0).restored_from(), "seed");
  EXPECT_EQ(job.ranks(0).samples() + job.ranks(1).samples(), 200u);
}

TEST(JobSimulationTest, KilledFollowerIsReplacedAndAdoptsTheSurvivorsState) {
  const QuietErrors quiet;
  Simulation simulation({.seed = 2});
  simulation.When([&] { return simulation.witness().furthest_step() >= 8; }, [&] { simulation.KillRank(1); });
  simulation.Run();
  EXPECT_THAT(simulation.violations(), IsEmpty());
  const v1::Job job = simulation.job();
  ASSERT_EQ(job.generations_size(), 2);
  EXPECT_EQ(job.generations(1).restored_from(), "survivor");
  EXPECT_GE(job.generations(1).start_step(), 7u);
  EXPECT_EQ(job.generations(1).leader_rank(), 0u);
}

TEST(JobSimulationTest, KilledLeaderIsFollowedByTheSurvivor) {
  const QuietErrors quiet;
  Simulation simulation({.seed = 3});
  simulation.When([&] { return simulation.witness().furthest_step() >= 8; }, [&] { simulation.KillRank(0); });
  simulation.Run();
  EXPECT_THAT(simulation.violations(), IsEmpty());
  const v1::Job job = simulation.job();
  ASSERT_EQ(job.generations_size(), 2);
  EXPECT_EQ(job.generations(1).restored_from(), "survivor");
  EXPECT_EQ(job.generations(1).leader_rank(), 1u);
}

TEST(JobSimulationTest, WithoutSurvivorTheNewestCheckpointIsRestored) {
  const QuietErrors quiet;
  Simulation simulation({.seed = 4});
  simulation.When([&] { return simulation.witness().furthest_step() >= 13; }, [&] { simulation.KillAllTrainers(); });
  simulation.Run();
  EXPECT_THAT(simulation.violations(), IsEmpty());
  EXPECT_EQ(Newest(simulation.job()).restored_from(), "checkpoint:step-000000010-g1");
  EXPECT_EQ(Newest(simulation.job()).start_step(), 10u);
}

TEST(JobSimulationTest, WithoutSurvivorAndCheckpointTheJobBeginsAgainFromTheSeed) {
  const QuietErrors quiet;
  Simulation simulation({.seed = 5});
  simulation.When([&] { return simulation.witness().furthest_step() >= 3; }, [&] { simulation.KillAllTrainers(); });
  simulation.Run();
  EXPECT_THAT(simulation.violations(), IsEmpty());
  EXPECT_EQ(Newest(simulation.job()).restored_from(), "seed");
  EXPECT_EQ(Newest(simulation.job()).start_step(), 0u);
}

TEST(JobSimulationTest, DamagedCheckpointIsRefusedAndTheOneBeforeIsRestored) {
  const QuietErrors quiet;
  Simulation simulation({.seed = 6});
  simulation.When([&] { return simulation.witness().furthest_step() >= 13; },
                  [&] {
                    std::ofstream(simulation.CheckpointDirectory() + "/step-000000010-g1/model.safetensors") << "torn";
                    simulation.KillAllTrainers();
                  });
  simulation.Run();
  EXPECT_THAT(simulation.violations(), IsEmpty());
  EXPECT_EQ(Newest(simulation.job()).restored_from(), "checkpoint:step-000000005-g1");
}

TEST(JobSimulationTest, TrainerKilledWhileItsGangFormsIsReplaced) {
  const QuietErrors quiet;
  for (uint64_t seed = 1; seed <= 10; ++seed) {
    Simulation simulation({.seed = seed});
    const auto forming = [&] {
      const auto live = simulation.LiveTrainers();
      return std::any_of(live.begin(), live.end(), [](const auto* trainer) { return trainer->collective().formed(); });
    };
    simulation.When(forming, [&] { simulation.KillAnyTrainer(); });
    simulation.Run();
    EXPECT_THAT(simulation.violations(), IsEmpty()) << "seed " << seed;
    EXPECT_FALSE(simulation.job().generations(0).formed()) << "seed " << seed;
  }
}

TEST(JobSimulationTest, RunningGangDoesNotNoticeARestartOfTheCoordinator) {
  const QuietErrors quiet;
  Simulation simulation({.seed = 7, .sqlite = true});
  simulation.When([&] { return simulation.witness().furthest_step() >= 5; },
                  [&] { simulation.RestartCoordinator(absl::Milliseconds(700)); });
  simulation.Run();
  EXPECT_THAT(simulation.violations(), IsEmpty());
  EXPECT_EQ(simulation.job().generations_size(), 1);
}

TEST(JobSimulationTest, TrainerKilledWhileTheCoordinatorIsDownIsReplacedWhenItIsBack) {
  const QuietErrors quiet;
  Simulation simulation({.seed = 8});
  simulation.When([&] { return simulation.witness().furthest_step() >= 5; },
                  [&] {
                    simulation.RestartCoordinator(absl::Milliseconds(700));
                    simulation.KillRank(1);
                  });
  simulation.Run();
  EXPECT_THAT(simulation.violations(), IsEmpty());
  EXPECT_EQ(Newest(simulation.job()).restored_from(), "survivor");
}

// Up to three kills and perhaps a restart of the coordinator, whenever the seed says.
void AddRandomFaults(Simulation& simulation) {
  Scheduler& scheduler = simulation.scheduler();
  const uint64_t kills = scheduler.Random(4);
  for (uint64_t i = 0; i < kills; ++i) {
    simulation.After(scheduler.RandomDelay(absl::Milliseconds(450)), [&simulation] { simulation.KillAnyTrainer(); });
  }
  if (scheduler.Random(6) == 0) {
    simulation.After(scheduler.RandomDelay(absl::Milliseconds(400)), [&simulation] { simulation.KillAllTrainers(); });
  }
  if (scheduler.Random(3) == 0) {
    const absl::Duration down = scheduler.RandomDelay(absl::Seconds(3));
    simulation.After(scheduler.RandomDelay(absl::Milliseconds(500)),
                     [&simulation, down] { simulation.RestartCoordinator(down); });
  }
}

std::vector<std::string> RunRandom(uint64_t seed) {
  Simulation simulation({.seed = seed, .one_worker = seed % 3 == 0});
  AddRandomFaults(simulation);
  simulation.Run();
  EXPECT_THAT(simulation.violations(), IsEmpty()) << "replay with DOODLE_SIMULATION_SEED=" << seed;
  return simulation.trace();
}

TEST(JobSimulationTest, RandomFaultsNeverBreakAnInvariant) {
  uint64_t only = 0;
  if (const char* text = std::getenv("DOODLE_SIMULATION_SEED"); text != nullptr && absl::SimpleAtoi(text, &only)) {
    for (const std::string& line : RunRandom(only)) std::cout << line << "\n";
    return;
  }
  const QuietErrors quiet;
  for (uint64_t seed = 1; seed <= 300 && !HasFailure(); ++seed) RunRandom(seed);
}

TEST(JobSimulationTest, SameSeedGivesTheSameRun) {
  const QuietErrors quiet;
  EXPECT_EQ(RunRandom(17), RunRandom(17));
  EXPECT_NE(RunRandom(17), RunRandom(19));
}

// Its heartbeats go on, its training thread does not: the verdict names it, its daemon kills it, the others keep what
// they have.
TEST(JobSimulationTest, ARankThatHangsIsNamedAndReplaced) {
  const QuietErrors quiet;
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    Simulation simulation({.seed = seed, .one_worker = seed % 2 == 0});
    const auto hung = static_cast<uint32_t>(seed % 4 / 2);
    uint64_t at = 0;
    simulation.When([&] { return simulation.witness().furthest_step() >= 8; },
                    [&] {
                      simulation.HangRank(hung);
                      at = simulation.witness().furthest_step();
                    });
    simulation.Run();
    EXPECT_THAT(simulation.violations(), IsEmpty()) << "seed " << seed;
    const v1::Job job = simulation.job();
    ASSERT_EQ(job.generations_size(), 2) << "seed " << seed;
    EXPECT_EQ(job.generations(1).reason(), "hang");
    EXPECT_GE(job.generations(1).start_step(), at);
    EXPECT_EQ(job.first_failure().rank(), hung);
  }
}

}  // namespace
}  // namespace doodle
