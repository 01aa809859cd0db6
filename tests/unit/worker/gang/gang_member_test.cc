#include "worker/gang/gang_member.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <thread>
#include <vector>

#include "tests/unit/worker/gang/gang_fakes.h"

namespace doodle {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct Rank {
  explicit Rank(FakeHub& hub) : collective(hub), state(collective), steps(collective, state) {}
  GangMember Member() { return GangMember(transport, collective, state, steps, {}); }

  FakeCollective collective;
  FakeState state;
  FakeSteps steps;
  FakeTransport transport;
};

class GangMemberTest : public ::testing::Test {
 protected:
  void AddRanks(int count) {
    for (int i = 0; i < count; ++i) ranks_.push_back(std::make_unique<Rank>(hub_));
  }
  // Gives `generation` to the ranks `who`, numbered in that order.
  void Assign(uint64_t generation, std::vector<size_t> who, History history = {{0, 0}},
              std::optional<RestoreSource> restore = std::nullopt) {
    GangAssignment assignment;
    assignment.job = "j";
    assignment.generation = generation;
    assignment.world_size = static_cast<uint32_t>(who.size());
    assignment.history = std::move(history);
    assignment.restore = std::move(restore);
    assignment.total_steps = 6;
    for (uint32_t rank = 0; rank < who.size(); ++rank) {
      assignment.rank = rank;
      ranks_[who[rank]]->transport.assignments.push_back(assignment);
    }
  }
  std::vector<absl::Status> RunAll() {
    std::vector<absl::Status> results(ranks_.size());
    std::vector<std::thread> threads;
    for (size_t i = 0; i < ranks_.size(); ++i) {
      threads.emplace_back([this, i, &results] {
        GangMember member = ranks_[i]->Member();
        results[i] = member.Run();
      });
    }
    for (std::thread& thread : threads) thread.join();
    return results;
  }
  Rank& rank(size_t i) { return *ranks_[i]; }

  FakeHub hub_;
  std::vector<std::unique_ptr<Rank>> ranks_;
};

// A new job: nobody has state and there is no source, so rank 0 starts from the seed and the others adopt it.
TEST_F(GangMemberTest, NobodyHasStateAndRankZeroStartsFromTheSeed) {
  AddRanks(3);
  Assign(1, {0, 1, 2});
  for (const absl::Status& status : RunAll()) EXPECT_TRUE(status.ok()) << status;
  ASSERT_EQ(rank(0).transport.formed.size(), 1u);
  EXPECT_EQ(rank(0).transport.formed[0].restored_from, "seed");
  EXPECT_EQ(rank(0).transport.formed[0].start_step, 0u);
  EXPECT_THAT(rank(1).transport.formed, IsEmpty());
  for (size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(rank(i).state.content(), "seed++++++") << i;
    ASSERT_EQ(rank(i).transport.finished.size(), 1u) << i;
    EXPECT_EQ(rank(i).transport.finished[0].next_step, 6u);
    EXPECT_EQ(rank(i).transport.finished[0].samples, 6u);
    EXPECT_EQ(rank(i).transport.finished[0].digest, rank(0).state.Digest());
  }
}

TEST_F(GangMemberTest, ASingleRankNeedsNobody) {
  AddRanks(1);
  Assign(1, {0});
  EXPECT_TRUE(RunAll()[0].ok());
  EXPECT_EQ(rank(0).state.adoptions, 0);
  EXPECT_EQ(rank(0).transport.finished.size(), 1u);
}

// One of two ranks is killed at step 3; the other goes on with its weights, and a fresh rank adopts them.
TEST_F(GangMemberTest, ASurvivorLeadsAndAFreshRankAdopts) {
  AddRanks(3);
  Assign(1, {0, 1});
  Assign(2, {2, 1}, {{0, 0}, {1, 0}});
  rank(0).steps.fail_at = {1, 3};
  RunAll();
  ASSERT_EQ(rank(1).transport.formed.size(), 1u);
  EXPECT_EQ(rank(1).transport.formed[0].restored_from, "survivor");
  EXPECT_EQ(rank(1).transport.formed[0].start_step, 3u);
  EXPECT_EQ(rank(1).transport.formed[0].leader_rank, 1u);
  EXPECT_EQ(rank(2).state.content(), "seed++++++");
  EXPECT_EQ(rank(1).state.content(), rank(2).state.content());
  EXPECT_EQ(rank(1).state.tag(), (StateTag{2, 6}));
}

// Nobody would tell the coordinator: the trainer would start again, and end again, until the restarts are used up.
TEST_F(GangMemberTest, AnAssignmentThatCannotBeUsedFailsTheJob) {
  AddRanks(1);
  rank(0).transport.end = absl::InvalidArgumentError("rank: 9 of 2");
  EXPECT_EQ(RunAll()[0].code(), absl::StatusCode::kInvalidArgument);
  ASSERT_EQ(rank(0).transport.failures.size(), 1u);
  EXPECT_THAT(std::string(rank(0).transport.failures[0].first.message()), HasSubstr("rank: 9 of 2"));
  EXPECT_TRUE(rank(0).transport.failures[0].second);
}

// The error of the rank that failed and that of its peers are reported once each, none of them as permanent.
TEST_F(GangMemberTest, ALostPeerIsReportedAndNotPermanent) {
  AddRanks(2);
  Assign(1, {0, 1});
  rank(0).steps.fail_at = {1, 2};
  RunAll();
  ASSERT_EQ(rank(1).transport.failures.size(), 1u);
  EXPECT_EQ(rank(1).transport.failures[0].first.code(), absl::StatusCode::kUnavailable);
  EXPECT_FALSE(rank(1).transport.failures[0].second);
  EXPECT_EQ(rank(1).state.tag().next_step, 2u);
  EXPECT_TRUE(rank(1).steps.released);
}

TEST_F(GangMemberTest, ALossThatIsNotFiniteIsPermanent) {
  AddRanks(1);
  Assign(1, {0});
  rank(0).steps.fail_at = {1, 2};
  rank(0).steps.failure = absl::OutOfRangeError("step 2: the loss is not finite");
  RunAll();
  ASSERT_EQ(rank(0).transport.failures.size(), 1u);
  EXPECT_TRUE(rank(0).transport.failures[0].second);
}

// A rank that died inside a commit has more steps than anyone, but its bytes are a mixture.
TEST_F(GangMemberTest, ATornStateNeverLeads) {
  AddRanks(2);
  rank(0).state.Set({1, 5}, "torn");
  rank(0).state.Tear();
  rank(1).state.Set({1, 4}, "whole");
  Assign(2, {0, 1}, {{0, 0}, {1, 0}});
  RunAll();
  EXPECT_EQ(rank(0).state.content(), "whole++");
  ASSERT_EQ(rank(1).transport.formed.size(), 1u);
  EXPECT_EQ(rank(1).transport.formed[0].start_step, 4u);
}

// Generation 2 started at step 3 without this rank, so its step 4 of generation 1 never happened.
TEST_F(GangMemberTest, AStateThatIsNotOnTheLineNeverLeads) {
  AddRanks(2);
  rank(0).state.Set({1, 4}, "stale");
  rank(1).state.Set({2, 3}, "current");
  Assign(3, {0, 1}, {{0, 0}, {1, 0}, {2, 3}});
  RunAll();
  EXPECT_EQ(rank(0).state.content(), "current+++");
}

TEST_F(GangMemberTest, ARefusedSourceIsFollowedByTheNext) {
  AddRanks(2);
  rank(0).state.checkpoints["step-2"] = {1, 2};
  rank(0).transport.next_sources = {{"step-3", {1, 3}}, {"step-2", {1, 2}}};
  Assign(2, {0, 1}, {{0, 0}, {1, 0}}, RestoreSource{"step-4", {1, 4}});
  RunAll();
  EXPECT_THAT(rank(0).transport.refused, ElementsAre("step-4", "step-3"));
  ASSERT_EQ(rank(0).transport.formed.size(), 1u);
  EXPECT_EQ(rank(0).transport.formed[0].restored_from, "checkpoint:step-2");
  EXPECT_EQ(rank(1).state.content(), "step-2++++");
}

TEST_F(GangMemberTest, WhenEverySourceIsRefusedTheSeedIsLeft) {
  AddRanks(1);
  Assign(2, {0}, {{0, 0}, {1, 0}}, RestoreSource{"step-4", {1, 4}});
  RunAll();
  EXPECT_THAT(rank(0).transport.refused, ElementsAre("step-4"));
  EXPECT_EQ(rank(0).transport.formed[0].restored_from, "seed");
  EXPECT_EQ(rank(0).state.content(), "seed++++++");
}

// A rank that was left out long ago still holds step 1; the checkpoint of those who went on is worth more.
TEST_F(GangMemberTest, ACheckpointAheadOfEverySurvivorIsLoaded) {
  AddRanks(2);
  rank(0).state.checkpoints["step-4"] = {2, 4};
  rank(1).state.Set({1, 1}, "old");
  Assign(3, {0, 1}, {{0, 0}, {1, 0}, {2, 1}}, RestoreSource{"step-4", {2, 4}});
  RunAll();
  EXPECT_EQ(rank(1).state.content(), "step-4++");
  EXPECT_EQ(rank(0).transport.formed[0].restored_from, "checkpoint:step-4");
}

// ... and when that checkpoint turns out damaged, the old survivor is better than the seed.
TEST_F(GangMemberTest, ASurvivorLeadsWhenTheCheckpointAheadIsDamaged) {
  AddRanks(2);
  rank(1).state.Set({1, 1}, "old");
  Assign(3, {0, 1}, {{0, 0}, {1, 0}, {2, 1}}, RestoreSource{"step-4", {2, 4}});
  RunAll();
  EXPECT_EQ(rank(0).state.content(), "old+++++");
  EXPECT_EQ(rank(1).transport.formed[0].restored_from, "survivor");
}

TEST_F(GangMemberTest, ADamagedAdoptionKeepsTheOldStateAndFailsAll) {
  AddRanks(2);
  rank(0).state.Set({1, 4}, "ahead");
  rank(1).state.Set({1, 3}, "behind");
  rank(1).state.damage_next_adoption = true;
  Assign(2, {0, 1}, {{0, 0}, {1, 0}});
  RunAll();
  EXPECT_EQ(rank(1).state.content(), "behind");
  EXPECT_THAT(rank(0).transport.formed, IsEmpty());
  ASSERT_EQ(rank(0).transport.failures.size(), 1u);
  EXPECT_THAT(std::string(rank(0).transport.failures[0].first.message()), HasSubstr("rank 1: INTERNAL"));
  EXPECT_FALSE(rank(1).transport.failures[0].second) << "bytes lost on the way are not the job's fault";
}

// Formed is the fence: when the coordinator refuses it, nobody commits a step.
TEST_F(GangMemberTest, ARefusedFormedReleasesNobody) {
  AddRanks(2);
  rank(0).transport.formed_answer = absl::AbortedError("generation 1 is stale");
  Assign(1, {0, 1});
  RunAll();
  EXPECT_EQ(rank(0).state.tag().next_step, 0u);
  EXPECT_EQ(rank(1).state.tag().next_step, 0u);
  EXPECT_THAT(rank(1).transport.finished, IsEmpty());
}

TEST_F(GangMemberTest, ASupersededGenerationIsNeitherFormedNorReported) {
  AddRanks(1);
  GangMember member = rank(0).Member();
  rank(0).transport.Supersede(9);
  GangAssignment stale;
  stale.generation = 8;
  stale.total_steps = 6;
  const absl::StatusOr<StepRunner::Outcome> outcome = member.RunGeneration(stale);
  EXPECT_EQ(outcome.status().code(), absl::StatusCode::kAborted);
  EXPECT_THAT(rank(0).transport.formed, IsEmpty());
}

// A reform is no failure: all leave together and the next generation goes on where they were.
TEST_F(GangMemberTest, AnAgreedReformGoesOnInTheNextGeneration) {
  AddRanks(2);
  Assign(1, {0, 1});
  Assign(2, {1, 0}, {{0, 0}, {1, 0}});
  for (size_t i = 0; i < 2; ++i) {
    rank(i).steps.leave_at = 4;
    rank(i).steps.leave_outcome = StepRunner::Outcome::kReform;
  }
  RunAll();
  EXPECT_THAT(rank(0).transport.failures, IsEmpty());
  EXPECT_EQ(rank(0).state.tag(), (StateTag{2, 6}));
  EXPECT_EQ(rank(0).transport.formed.size() + rank(1).transport.formed.size(), 2u);
}

TEST_F(GangMemberTest, ALeavingRankReportsNoFinish) {
  AddRanks(1);
  Assign(1, {0});
  rank(0).steps.leave_at = 2;
  EXPECT_TRUE(RunAll()[0].ok());
  EXPECT_THAT(rank(0).transport.finished, IsEmpty());
  EXPECT_EQ(rank(0).state.tag().next_step, 2u);
}

TEST_F(GangMemberTest, WithoutAnAssignmentTheWaitEndsInItsDeadline) {
  AddRanks(1);
  rank(0).transport.end = absl::DeadlineExceededError("10 minutes");
  EXPECT_EQ(RunAll()[0].code(), absl::StatusCode::kDeadlineExceeded);
}

}  // namespace
}  // namespace doodle
