#include "coordinator/gang/gang_state_machine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "coordinator/gang/restore_choice.h"

namespace doodle {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Kind = GangVerdict::Kind;

constexpr absl::Duration kStart = absl::Seconds(100);
const std::vector<SlotId> kSlots = {{"a", 0}, {"a", 1}, {"b", 0}};

GangLimits Limits() { return {.min_ranks = 2, .max_ranks = 3, .total_steps = 1000, .max_restarts = 2}; }

// A gang of three that runs generation 1 from step 0.
GangStateMachine Running() {
  GangStateMachine gang(Limits(), {});
  EXPECT_EQ(gang.Admit(kSlots, kStart).kind, Kind::kNewGeneration);
  EXPECT_TRUE(gang.Formed(1, 0, kStart));
  return gang;
}

TEST(GangStateMachineTest, FormsRunsAndSucceedsWhenEveryRankFinished) {
  GangStateMachine gang = Running();
  EXPECT_EQ(gang.phase(), GangPhase::kRunning);
  EXPECT_EQ(gang.Finished(1, 0, kStart).kind, Kind::kNone);
  EXPECT_EQ(gang.Finished(1, 0, kStart).kind, Kind::kNone);  // Repeated.
  EXPECT_EQ(gang.Finished(1, 2, kStart).kind, Kind::kNone);
  EXPECT_EQ(gang.TrainerExited({"a", 0}, 1, "exit 0", kStart).kind, Kind::kNone);
  const GangVerdict end = gang.Finished(1, 1, kStart);
  EXPECT_EQ(end.kind, Kind::kSucceed);
  EXPECT_EQ(end.released, kSlots);
}

// The survivors keep their weights, so the next generation has the same slots and ranks.
TEST(GangStateMachineTest, GoesToTheNextGenerationWithTheSameSlotsAfterATrainerDied) {
  GangStateMachine gang = Running();
  EXPECT_EQ(gang.TrainerExited({"a", 1}, 1, "killed by signal 9", kStart).kind, Kind::kReform);
  EXPECT_EQ(gang.Tick(kStart).kind, Kind::kNone);
  const GangVerdict next = gang.Tick(kStart + absl::Milliseconds(20));
  EXPECT_EQ(next.kind, Kind::kNewGeneration);
  EXPECT_EQ(next.reason, "trainer_exit");
  EXPECT_EQ(gang.generation(), 2);
  EXPECT_EQ(gang.members(), kSlots);
}

// Collective errors of the peers and a second exit belong to the first exit: one generation, one failure.
TEST(GangStateMachineTest, CountsOneCauseOnce) {
  GangStateMachine gang = Running();
  gang.TrainerFailed(1, 0, "connection reset", false, kStart);
  gang.TrainerExited({"a", 1}, 1, "killed by signal 9", kStart + absl::Milliseconds(10));
  gang.TrainerFailed(1, 2, "connection reset", false, kStart + absl::Milliseconds(12));
  EXPECT_EQ(gang.Tick(kStart + absl::Milliseconds(30)).kind, Kind::kNewGeneration);
  EXPECT_EQ(gang.TrainerExited({"b", 0}, 1, "late", kStart + absl::Milliseconds(40)).kind, Kind::kNone);
  EXPECT_EQ(gang.budget().failures, 1u);
}

// With none left, somebody must look for checkpoints before the restore source is chosen.
TEST(GangStateMachineTest, KnowsWhetherAnybodyKeptTheState) {
  GangStateMachine gang = Running();
  EXPECT_FALSE(gang.has_survivors());
  gang.TrainerExited({"a", 0}, 1, "exit 3", kStart);
  gang.TrainerExited({"a", 1}, 1, "exit 3", kStart);
  gang.Tick(kStart + absl::Seconds(1));
  EXPECT_TRUE(gang.has_survivors());
  gang.Formed(2, 0, kStart);
  for (const SlotId& slot : kSlots) gang.TrainerExited(slot, 2, "exit 3", kStart + absl::Seconds(2));
  gang.Tick(kStart + absl::Seconds(10));
  EXPECT_EQ(gang.generation(), 3u);
  EXPECT_FALSE(gang.has_survivors());
}

TEST(GangStateMachineTest, RefusesStaleReportsByNumber) {
  GangStateMachine gang = Running();
  gang.TrainerExited({"a", 0}, 1, "exit 3", kStart);
  gang.Tick(kStart + absl::Seconds(1));
  EXPECT_FALSE(gang.Formed(1, 0, kStart));
  EXPECT_FALSE(gang.IsCurrent(1, 0));
  EXPECT_FALSE(gang.IsCurrent(2, 3));
  EXPECT_EQ(gang.TrainerFailed(1, 0, "old", true, kStart).kind, Kind::kNone);
  EXPECT_EQ(gang.Finished(1, 0, kStart).kind, Kind::kNone);
  EXPECT_TRUE(gang.IsCurrent(2, 0));
}

TEST(GangStateMachineTest, FailsAfterMaxRestartsInARowWithTheFirstError) {
  GangStateMachine gang = Running();
  for (uint64_t generation = 1; generation <= 3; ++generation) {
    gang.Formed(generation, 0, kStart);
    gang.Progress(generation, 19);
    gang.TrainerExited({"a", 0}, generation, "error " + std::to_string(generation), kStart);
    const GangVerdict verdict = gang.Tick(kStart + absl::Seconds(1));
    EXPECT_EQ(verdict.kind, generation < 3 ? Kind::kNewGeneration : Kind::kFail);
    if (generation == 3) {
      EXPECT_THAT(verdict.reason, HasSubstr("error 1"));
    }
  }
}

// The peers' broken sockets are heard of before the exit that broke them.
TEST(GangStateMachineTest, BlamesTheTrainerThatDiedAndNotThePeerThatNoticed) {
  GangStateMachine gang = Running();
  gang.Progress(1, 7);
  EXPECT_EQ(gang.TrainerFailed(1, 0, "rank 0: connection reset", false, kStart).kind, Kind::kReform);
  gang.StampFailure(5);
  gang.TrainerExited({"b", 0}, 1, "rank 2: killed by signal 11", kStart + absl::Milliseconds(5), "the last lines");
  gang.TrainerFailed(1, 1, "rank 1: connection reset", false, kStart + absl::Milliseconds(6));
  EXPECT_EQ(gang.Tick(kStart + absl::Milliseconds(30)).reason, "trainer_exit");
  const GangFailure& first = gang.budget().first;
  EXPECT_EQ(first.rank, 2u);
  EXPECT_EQ(first.worker, "b");
  EXPECT_EQ(first.message, "rank 2: killed by signal 11");
  EXPECT_EQ(first.log_tail, "the last lines");
  EXPECT_EQ(first.generation, 1u);
  EXPECT_EQ(first.step, 7u);
  EXPECT_EQ(first.time_us, 5);
}

// The same drawing kills its rank each time the gang comes to it.
TEST(GangStateMachineTest, SaysSoWhenItFailsAtTheSameStepEachTime) {
  GangStateMachine gang = Running();
  GangVerdict verdict;
  for (uint64_t generation = 1; generation <= 3; ++generation) {
    gang.Formed(generation, generation == 1 ? 0 : 25, kStart);
    gang.Progress(generation, 40);
    gang.TrainerExited({"a", 1}, generation, "rank 1: killed by signal 11", kStart, "log");
    verdict = gang.Tick(kStart + absl::Seconds(1));
  }
  EXPECT_EQ(verdict.kind, Kind::kFail);
  EXPECT_EQ(verdict.reason,
            "3 failures in a row at step 40, max_restarts is 2; the first: rank 1: killed by signal 11");
}

// A worker that is shutting down, or has no trainer binary, refuses each assignment at once.
TEST(GangStateMachineTest, WaitsLongerAfterEachFailureBeforeForming) {
  GangLimits limits = Limits();
  limits.max_restarts = 10;
  GangStateMachine gang(limits, {});
  gang.Admit(kSlots, kStart);
  absl::Duration now = kStart;
  for (const int wait_ms : {20, 80, 320, 1280, 5000, 5000}) {
    gang.TrainerExited({"a", 0}, gang.generation(), "cannot start", now);
    gang.TrainerExited({"a", 1}, gang.generation(), "cannot start", now);
    EXPECT_EQ(gang.Tick(now + absl::Milliseconds(wait_ms - 1)).kind, Kind::kNone) << wait_ms;
    now += absl::Milliseconds(wait_ms);
    EXPECT_EQ(gang.Tick(now).kind, Kind::kNewGeneration) << wait_ms;
  }
}

TEST(GangStateMachineTest, ForgivesFailuresWithTwentyCommittedStepsBetween) {
  GangStateMachine gang = Running();
  for (uint64_t generation = 1; generation <= 10; ++generation) {
    gang.Formed(generation, generation * 20 - 20, kStart);
    gang.Progress(generation, generation * 20);
    gang.TrainerExited({"a", 0}, generation, "boom", kStart);
    ASSERT_EQ(gang.Tick(kStart + absl::Seconds(1)).kind, Kind::kNewGeneration) << generation;
  }
  EXPECT_EQ(gang.budget().failures, 1u);
}

TEST(GangStateMachineTest, FailsAtOnceOnAnErrorThatRepeatingCannotHelp) {
  GangStateMachine gang = Running();
  const GangVerdict verdict = gang.TrainerFailed(1, 1, "plan digest differs", true, kStart);
  EXPECT_EQ(verdict.kind, Kind::kFail);
  EXPECT_EQ(verdict.reason, "plan digest differs");
  EXPECT_EQ(verdict.released, kSlots);
}

TEST(GangStateMachineTest, ShrinksWithoutTheSlotsOfALostWorker) {
  GangStateMachine gang = Running();
  EXPECT_EQ(gang.WorkerLost("b", "worker b was lost", kStart).kind, Kind::kReform);
  EXPECT_EQ(gang.Tick(kStart + absl::Seconds(1)).kind, Kind::kNewGeneration);
  EXPECT_THAT(gang.members(), ElementsAre(SlotId{"a", 0}, SlotId{"a", 1}));
}

TEST(GangStateMachineTest, WaitsBelowMinAndRequeuesAfterThirtySeconds) {
  GangStateMachine gang = Running();
  gang.WorkerLost("a", "worker a was lost", kStart);
  EXPECT_EQ(gang.Tick(kStart + absl::Seconds(1)).kind, Kind::kWait);
  EXPECT_EQ(gang.Missing(), 1u);
  EXPECT_EQ(gang.Tick(kStart + absl::Seconds(30)).kind, Kind::kNone);
  const GangVerdict verdict = gang.Tick(kStart + absl::Seconds(31));
  EXPECT_EQ(verdict.kind, Kind::kRequeue);
  EXPECT_THAT(verdict.released, ElementsAre(SlotId{"b", 0}));
  EXPECT_EQ(gang.Admit(kSlots, kStart).kind, Kind::kNewGeneration);
  EXPECT_EQ(gang.generation(), 2u);
}

TEST(GangStateMachineTest, GoesOnWhenSlotsComeBackWhileItWaits) {
  GangStateMachine gang = Running();
  gang.WorkerLost("a", "worker a was lost", kStart);
  gang.Tick(kStart + absl::Seconds(1));
  EXPECT_EQ(gang.Join({{"a", 1}}, kStart + absl::Seconds(5)).kind, Kind::kNewGeneration);
  EXPECT_THAT(gang.members(), ElementsAre(SlotId{"a", 1}, SlotId{"b", 0}));
}

TEST(GangStateMachineTest, TreatsFormingThatTakesTooLongAsAFailure) {
  GangStateMachine gang(Limits(), {});
  gang.Admit(kSlots, kStart);
  EXPECT_EQ(gang.Tick(kStart + absl::Seconds(119)).kind, Kind::kNone);
  EXPECT_EQ(gang.Tick(kStart + absl::Seconds(120)).kind, Kind::kReform);
  EXPECT_EQ(gang.Tick(kStart + absl::Seconds(121)).kind, Kind::kNewGeneration);
}

// After a restart: a formed generation is adopted, an unformed one is followed by the next.
TEST(GangStateMachineTest, NeverRevivesAGenerationThatDidNotForm) {
  GangStateMachine unformed(Limits(), {});
  unformed.Restore({.generation = 4, .formed = false, .members = kSlots, .history = {{0, 0}}}, true, kStart);
  EXPECT_FALSE(unformed.Formed(4, 0, kStart));
  EXPECT_EQ(unformed.Tick(kStart + absl::Seconds(2)).kind, Kind::kNewGeneration);
  EXPECT_EQ(unformed.generation(), 5u);
  EXPECT_EQ(unformed.budget().failures, 0u);

  GangStateMachine formed(Limits(), {});
  formed.Restore({.generation = 4, .formed = true, .members = kSlots, .history = {{0, 0}, {4, 0}}}, true, kStart);
  EXPECT_TRUE(formed.IsCurrent(4, 1));
  EXPECT_EQ(formed.Tick(kStart + absl::Hours(1)).kind, Kind::kNone);
}

TEST(GangStateMachineTest, ContinuesAboveAGenerationThatOnlyATrainerKnows) {
  GangStateMachine gang = Running();
  EXPECT_EQ(gang.SawGeneration(7, kStart).kind, Kind::kReform);
  EXPECT_EQ(gang.Tick(kStart + absl::Seconds(1)).kind, Kind::kNewGeneration);
  EXPECT_EQ(gang.generation(), 8u);
}

// A leader whose state is not on the line may not begin a generation.
TEST(GangStateMachineTest, RefusesToFormPastTheEndOfTheJob) {
  GangStateMachine gang(Limits(), {});
  gang.Admit(kSlots, kStart);
  EXPECT_FALSE(gang.Formed(1, 1001, kStart));
  EXPECT_EQ(gang.phase(), GangPhase::kForming);
}

TEST(RestoreChoiceTest, TakesTheNewestUsableCheckpointOnTheLine) {
  const History history = {{0, 0}, {1, 0}, {3, 50}};
  const std::vector<RestoreCandidate> candidates = {
      {"early", {1, 20}, true}, {"good", {1, 50}, true}, {"orphan", {1, 60}, true}, {"broken", {3, 90}, false}};
  ASSERT_TRUE(ChooseRestore(history, candidates).has_value());
  EXPECT_EQ(ChooseRestore(history, candidates)->name, "good");
  EXPECT_FALSE(ChooseRestore(history, {}).has_value());
}

}  // namespace
}  // namespace doodle
