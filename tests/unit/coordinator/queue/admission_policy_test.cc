#include "coordinator/queue/admission_policy.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace doodle {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// A job takes all it can use, on as few workers as possible.
TEST(AdmissionPolicyTest, PacksAJobOnTheWorkerWithMostFreeSlots) {
  const AdmissionDecision decision = DecideAdmission({{"cats", 0, 1, 1, 3}}, {{"a", 2, {1}}, {"b", 4, {0, 2, 3}}});
  ASSERT_THAT(decision.placements, SizeIs(1));
  EXPECT_THAT(decision.placements[0].slots, ElementsAre(SlotId{"b", 0}, SlotId{"b", 2}, SlotId{"b", 3}));
  EXPECT_THAT(decision.reasons, IsEmpty());
}

TEST(AdmissionPolicyTest, GivesOneSlotToOneJobOnly) {
  const AdmissionDecision decision = DecideAdmission({{"x", 0, 1, 1, 2}, {"y", 0, 2, 1, 1}}, {{"a", 2, {0, 1}}});
  ASSERT_THAT(decision.placements, SizeIs(1));
  EXPECT_EQ(decision.placements[0].job, "x");
  EXPECT_EQ(decision.reasons.at("y"), "waits for 1 slot: 0 free on 1 worker");
}

TEST(AdmissionPolicyTest, TellsWhyEveryPendingJobWaits) {
  const std::vector<WorkerSlots> fleet = {{"a", 2, {1}}};
  EXPECT_EQ(DecideAdmission({{"x", 0, 1, 2, 2}}, fleet).reasons.at("x"), "waits for 2 slots: 1 free on 1 worker");
  EXPECT_EQ(DecideAdmission({{"x", 0, 1, 4, 4}}, fleet).reasons.at("x"), "needs 4 slots: the fleet has 2 on 1 worker");
  EXPECT_EQ(DecideAdmission({{"x", 0, 1, 1, 1}}, {}).reasons.at("x"), "waits for 1 slot: no worker is registered");
}

// Otherwise a stream of small jobs would keep a large one out for ever.
TEST(AdmissionPolicyTest, HoldsSmallJobsBackBehindOneThatWillFit) {
  const AdmissionDecision decision = DecideAdmission({{"big", 0, 1, 2, 2}, {"small", 0, 2, 1, 1}}, {{"a", 2, {1}}});
  EXPECT_THAT(decision.placements, IsEmpty());
  EXPECT_EQ(decision.reasons.at("small"), "waits behind big");
}

TEST(AdmissionPolicyTest, LetsJobsPassOneThatTheFleetIsTooSmallFor) {
  const AdmissionDecision decision = DecideAdmission({{"huge", 0, 1, 8, 8}, {"small", 0, 2, 1, 1}}, {{"a", 2, {1}}});
  ASSERT_THAT(decision.placements, SizeIs(1));
  EXPECT_EQ(decision.placements[0].job, "small");
}

// The job before had two trainers, and one of them is still ending.
TEST(AdmissionPolicyTest, WaitsForSlotsThatAreBeingReleased) {
  std::vector<WorkerSlots> fleet = {{.worker = "a", .total = 2, .free = {1}, .releasing = 1}};
  const AdmissionDecision decision = DecideAdmission({{"x", 0, 1, 1, 2}, {"y", 0, 2, 1, 1}}, fleet);
  EXPECT_THAT(decision.placements, IsEmpty());
  EXPECT_EQ(decision.reasons.at("x"), "waits for 1 slot being released");
  EXPECT_THAT(DecideAdmission({{"x", 0, 1, 1, 1}}, fleet).placements, SizeIs(1));
}

TEST(AdmissionPolicyTest, ServesPriorityBeforeAge) {
  const AdmissionDecision decision = DecideAdmission({{"old", 0, 1, 1, 1}, {"urgent", 5, 2, 1, 1}}, {{"a", 1, {0}}});
  ASSERT_THAT(decision.placements, SizeIs(1));
  EXPECT_EQ(decision.placements[0].job, "urgent");
}

}  // namespace
}  // namespace doodle
