#include "common/checkpoint/retention_policy.h"

#include "gmock/gmock.h"

namespace doodle {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

RetentionCandidate Verified(std::string name, uint64_t generation, uint64_t step, std::optional<double> score = {}) {
  return {.name = std::move(name), .tag = {generation, step}, .verified = true, .score = score};
}

TEST(RetentionPolicyTest, TheNewestAndTheBestStay) {
  std::vector<RetentionCandidate> all = {Verified("a", 1, 10, 0.9), Verified("b", 1, 20, 0.5),
                                         Verified("c", 1, 30, 0.6), Verified("d", 1, 40, 0.7)};
  EXPECT_THAT(CheckpointsToDelete(all, {.keep_last = 2, .keep_best = 1}), ElementsAre("b"));
  EXPECT_THAT(CheckpointsToDelete(all, {.keep_last = 1, .keep_best = 0}), ElementsAre("a", "b", "c"));
}

// A job must never be left without a checkpoint that is known to be good.
TEST(RetentionPolicyTest, TheLastVerifiedOneStaysWhateverTheRule) {
  std::vector<RetentionCandidate> all = {Verified("a", 1, 10), {.name = "b", .tag = {1, 20}}};
  EXPECT_THAT(CheckpointsToDelete(all, {.keep_last = 0, .keep_best = 0}), IsEmpty());
}

// Damaged ones do not count towards keep_last, so they cannot push out good ones.
TEST(RetentionPolicyTest, UnverifiedOnesDoNotCount) {
  std::vector<RetentionCandidate> all = {Verified("a", 1, 10), {.name = "b", .tag = {1, 20}}, Verified("c", 1, 30)};
  EXPECT_THAT(CheckpointsToDelete(all, {.keep_last = 2, .keep_best = 0}), ElementsAre("b"));
}

// One that is newer than every verified one may be on its way to being verified.
TEST(RetentionPolicyTest, TheNewestUnverifiedOneIsLeftAlone) {
  std::vector<RetentionCandidate> all = {Verified("a", 1, 10), {.name = "b", .tag = {1, 20}}};
  EXPECT_THAT(CheckpointsToDelete(all, {}), IsEmpty());
}

// After a rollback the states of the abandoned branch are worth nothing.
TEST(RetentionPolicyTest, StatesOffTheLineGoFirst) {
  std::vector<RetentionCandidate> all = {Verified("a", 1, 10), Verified("b", 1, 50, 0.99), Verified("c", 2, 20)};
  all[1].on_line = false;
  EXPECT_THAT(CheckpointsToDelete(all, {.keep_last = 3, .keep_best = 1}), ElementsAre("b"));
}

TEST(RetentionPolicyTest, WithNothingVerifiedNothingGoes) {
  std::vector<RetentionCandidate> all = {{.name = "a", .tag = {1, 10}}, {.name = "b", .tag = {1, 20}}};
  EXPECT_THAT(CheckpointsToDelete(all, {}), IsEmpty());
}

// Off the line, but all there is: the newest verified state can still be exported.
TEST(RetentionPolicyTest, WithNothingOnTheLineTheNewestVerifiedOneStays) {
  std::vector<RetentionCandidate> all = {Verified("a", 1, 10), Verified("b", 1, 20)};
  for (RetentionCandidate& candidate : all) candidate.on_line = false;
  EXPECT_THAT(CheckpointsToDelete(all, {}), ElementsAre("a"));
}

TEST(RetentionPolicyTest, OfEqualScoresTheNewerOneStays) {
  std::vector<RetentionCandidate> all = {Verified("a", 1, 10, 0.9), Verified("b", 1, 20, 0.9),
                                         Verified("c", 1, 30, 0.1)};
  EXPECT_THAT(CheckpointsToDelete(all, {.keep_last = 1, .keep_best = 1}), ElementsAre("a"));
}

}  // namespace
}  // namespace doodle
