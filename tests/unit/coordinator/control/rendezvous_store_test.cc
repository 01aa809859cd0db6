#include "coordinator/control/rendezvous_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/testing/fake_clock.h"
#include "tests/testing/status_matchers.h"

namespace doodle {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class RendezvousStoreTest : public ::testing::Test {
 protected:
  RendezvousStoreTest() { store_.Open("job/1"); }

  RendezvousStore::WaitCallback Note() {
    return [this](absl::StatusOr<std::vector<std::string>> result) { results_.push_back(std::move(result)); };
  }

  FakeClock clock_;
  RendezvousStore store_{clock_};
  std::vector<absl::StatusOr<std::vector<std::string>>> results_;
};

TEST_F(RendezvousStoreTest, AnswersAWaitWhenTheLastKeyIsSetInTheOrderAskedFor) {
  store_.Wait("job/1", {"b", "a"}, absl::Seconds(5), Note());
  ASSERT_THAT(store_.Set("job/1", "a", "1"), IsOk());
  EXPECT_TRUE(results_.empty());
  ASSERT_THAT(store_.Set("job/1", "b", "2"), IsOk());
  ASSERT_EQ(results_.size(), 1u);
  EXPECT_THAT(*results_[0], ElementsAre("2", "1"));
  store_.Wait("job/1", {"a"}, absl::Seconds(5), Note());
  EXPECT_THAT(*results_.at(1), ElementsAre("1"));
}

TEST_F(RendezvousStoreTest, NamesTheMissingKeysWhenTheTimeIsOver) {
  ASSERT_THAT(store_.Set("job/1", "a", "1"), IsOk());
  store_.Wait("job/1", {"a", "b"}, absl::Seconds(5), Note());
  clock_.Advance(absl::Milliseconds(4999));
  store_.Tick();
  EXPECT_TRUE(results_.empty());
  clock_.Advance(absl::Milliseconds(1));
  store_.Tick();
  EXPECT_THAT(results_.at(0), StatusIs(absl::StatusCode::kDeadlineExceeded, "not set: b"));
}

TEST_F(RendezvousStoreTest, AbortsWaitersAndLaterCallsOfASupersededPrefix) {
  store_.Wait("job/1", {"a"}, absl::Seconds(5), Note());
  store_.Close("job/1")();
  EXPECT_THAT(results_.at(0), StatusIs(absl::StatusCode::kAborted, HasSubstr("job/1")));
  EXPECT_THAT(store_.Set("job/1", "a", "1"), StatusIs(absl::StatusCode::kAborted));
  store_.Wait("job/2", {"a"}, absl::Seconds(5), Note());
  EXPECT_THAT(results_.at(1), StatusIs(absl::StatusCode::kAborted));
}

TEST_F(RendezvousStoreTest, RefusesValuesOverTheLimit) {
  EXPECT_THAT(store_.Set("job/1", "a", std::string(kMaxRendezvousValue + 1, 'x')),
              StatusIs(absl::StatusCode::kResourceExhausted));
}

// A key that was set needs no more room for itself, however full the prefix is.
TEST_F(RendezvousStoreTest, ReplacesAValueWhereNoNewKeyHasRoom) {
  for (size_t i = 0; i < kMaxRendezvousKeys; ++i) ASSERT_THAT(store_.Set("job/1", std::to_string(i), "1"), IsOk());
  EXPECT_THAT(store_.Set("job/1", "new", "1"), StatusIs(absl::StatusCode::kResourceExhausted, HasSubstr("key")));
  EXPECT_THAT(store_.Set("job/1", "7", "2"), IsOk());
  store_.Wait("job/1", {"7"}, absl::Seconds(5), Note());
  EXPECT_THAT(*results_.at(0), ElementsAre("2"));
}

TEST_F(RendezvousStoreTest, RefusesAPrefixOverItsBytesAndTakesAShorterValueAgain) {
  const std::string large(kMaxRendezvousValue, 'x');
  size_t stored = 0;
  while (store_.Set("job/1", std::to_string(stored), large).ok()) ++stored;
  EXPECT_EQ(stored, kMaxRendezvousBytes / (kMaxRendezvousValue + 3));
  EXPECT_THAT(store_.Set("job/1", "more", large), StatusIs(absl::StatusCode::kResourceExhausted, HasSubstr("in all")));
  EXPECT_THAT(store_.Set("job/1", "0", "short"), IsOk());
  EXPECT_THAT(store_.Set("job/1", "more", large), IsOk());
}

TEST_F(RendezvousStoreTest, NamesTheFieldOfAKeyThatIsTooLong) {
  const std::string key(kMaxRendezvousKey + 1, 'k');
  EXPECT_THAT(store_.Set("job/1", key, "1"), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("key")));
  store_.Wait("job/1", {key}, absl::Seconds(5), Note());
  EXPECT_THAT(results_.at(0), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("keys")));
}

TEST_F(RendezvousStoreTest, RefusesAWaitForTooManyKeysOrTooLargeAnAnswer) {
  ASSERT_THAT(store_.Set("job/1", "a", std::string(kMaxRendezvousValue, 'x')), IsOk());
  store_.Wait("job/1", std::vector<std::string>(kMaxRendezvousWaitKeys + 1, "a"), absl::Seconds(5), Note());
  EXPECT_THAT(results_.at(0), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("keys")));
  store_.Wait("job/1", std::vector<std::string>(9, "a"), absl::Seconds(5), Note());
  EXPECT_THAT(results_.at(1), StatusIs(absl::StatusCode::kResourceExhausted, HasSubstr("keys")));
  store_.Wait("job/1", std::vector<std::string>(8, "a"), absl::Seconds(5), Note());
  EXPECT_THAT(results_.at(2), IsOk());
}

TEST_F(RendezvousStoreTest, RefusesOneWaiterTooManyAtOnce) {
  for (size_t i = 0; i < kMaxRendezvousWaiters; ++i) store_.Wait("job/1", {"a"}, absl::Seconds(5), Note());
  EXPECT_TRUE(results_.empty());
  store_.Wait("job/1", {"a"}, absl::Seconds(5), Note());
  ASSERT_EQ(results_.size(), 1u);
  EXPECT_THAT(results_[0], StatusIs(absl::StatusCode::kResourceExhausted, HasSubstr("wait")));
}

TEST_F(RendezvousStoreTest, EndsEveryWaitWhenItStops) {
  store_.Wait("job/1", {"a"}, absl::Seconds(5), Note());
  store_.Stop();
  store_.Wait("job/1", {"a"}, absl::Seconds(5), Note());
  EXPECT_THAT(results_.at(0), StatusIs(absl::StatusCode::kCancelled));
  EXPECT_THAT(results_.at(1), StatusIs(absl::StatusCode::kCancelled));
}

}  // namespace
}  // namespace doodle
