#include "worker/collective/process_group.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>

#include "ATen/ops/equal.h"
#include "ATen/ops/full.h"
#include "tests/unit/worker/collective/in_memory_key_value.h"
#include "worker/collective/key_value_store.h"
#include "worker/torch/fence.h"

namespace doodle {
namespace {

using ::testing::ElementsAre;

// Texts differ in length, and one is empty.
TEST(ProcessGroupTest, AllGatherReturnsEveryRanksTextInOrder) {
  std::atomic<int> checked = 0;
  RunRanks(3, [&](ProcessGroup& group) {
    const std::string mine(group.rank() * 5, static_cast<char>('a' + group.rank()));
    const auto all = group.AllGather(mine);
    ASSERT_TRUE(all.ok()) << all.status();
    EXPECT_THAT(*all, ElementsAre("", "bbbbb", "cccccccccc"));
    EXPECT_TRUE(group.Barrier().ok());
    ++checked;
  });
  EXPECT_EQ(checked, 3);
}

TEST(ProcessGroupTest, AWorldOfOneNeedsNoGroup) {
  RunRanks(1, [](ProcessGroup& group) {
    EXPECT_FALSE(group.group());
    EXPECT_THAT(*group.AllGather("me"), ElementsAre("me"));
    EXPECT_TRUE(group.Barrier().ok());
  });
}

// Floats and integers, of one pack.
TEST(ProcessGroupTest, BroadcastBringsTheRootsBytesToAll) {
  std::atomic<int> checked = 0;
  RunRanks(2, [&](ProcessGroup& group) {
    const double mine = group.rank() == 1 ? 7 : 1;
    TensorEntries state = {{"weight", at::full({3, 2}, mine, at::kFloat)}, {"count", at::full({}, mine, at::kLong)}};
    ASSERT_TRUE(group.Broadcast(state, 1).ok());
    EXPECT_TRUE(at::equal(state[0].tensor, at::full({3, 2}, 7.0, at::kFloat)));
    EXPECT_EQ(state[1].tensor.item<int64_t>(), 7);
    ++checked;
  });
  EXPECT_EQ(checked, 2);
}

// One rank goes away without a word; the other's wait ends at once, by an error and not by time-out.
TEST(ProcessGroupTest, ALostPeerFailsTheOperation) {
  RunRanks(2, [&](ProcessGroup& group) {
    if (group.rank() == 0) return;
    EXPECT_FALSE(group.Barrier().ok());
    group.Destroy();
    EXPECT_EQ(group.Barrier().code(), absl::StatusCode::kFailedPrecondition);
  });
}

TEST(ProcessGroupTest, ASupersededGenerationIsNotFormed) {
  InMemoryKeyValue keys;
  keys.superseded = true;
  ProcessGroup group(keys, {});
  EXPECT_EQ(group.Form(AssignmentOf(0, 2)).code(), absl::StatusCode::kAborted);
}

TEST(ProcessGroupTest, ARankThatDoesNotComeIsADeadline) {
  InMemoryKeyValue keys;
  ProcessGroup::Options options;
  options.meet_timeout = absl::Milliseconds(1);
  ProcessGroup group(keys, options);
  EXPECT_EQ(group.Form(AssignmentOf(0, 2)).code(), absl::StatusCode::kDeadlineExceeded);
}

TEST(KeyValueStoreTest, KeysGoThroughThePortAndMissingOnesThrow) {
  InMemoryKeyValue keys;
  KeyValueStore store(keys);
  store.set("a", std::vector<uint8_t>{1, 2});
  EXPECT_THAT(store.clone()->get("a"), ElementsAre(1, 2));
  EXPECT_TRUE(store.check({"a"}));
  EXPECT_FALSE(store.check({"a", "b"}));
  const absl::Status missing = CatchTorch("wait", [&] { store.wait({"b"}, std::chrono::milliseconds(1)); });
  EXPECT_FALSE(missing.ok());
  const absl::Status unknown = CatchTorch("add", [&] { store.add("a", 1); });
  EXPECT_EQ(unknown.code(), absl::StatusCode::kUnimplemented);
}

}  // namespace
}  // namespace doodle
