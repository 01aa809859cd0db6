#include "common/thread/thread.h"

#include <pthread.h>

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/thread/bounded_queue.h"
#include "gtest/gtest.h"

namespace doodle {
namespace {

TEST(NamedThreadTest, ShowsItsNameCutToWhatTheSystemAllows) {
  std::string seen;
  NamedThread thread("render-0-and-more", [&] {
    std::array<char, 32> name{};
    pthread_getname_np(pthread_self(), name.data(), name.size());
    seen = name.data();
  });
  thread.Join();
  EXPECT_EQ(seen, "render-0-and-mo");
}

TEST(BoundedQueueTest, ItemsComeOutInOrderThroughASmallQueue) {
  BoundedQueue<int> queue(2);
  NamedThread producer("producer", [&] {
    for (int i = 0; i < 100; ++i) ASSERT_TRUE(queue.Push(i));
    queue.Close();
  });
  std::vector<int> seen;
  while (std::optional<int> item = queue.Pop()) seen.push_back(*item);
  ASSERT_EQ(seen.size(), 100u);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(seen[static_cast<size_t>(i)], i);
}

TEST(BoundedQueueTest, AFullQueueRefusesTryPushAndAClosedOneRefusesAll) {
  BoundedQueue<std::unique_ptr<int>> queue(1);
  EXPECT_TRUE(queue.TryPush(std::make_unique<int>(1)));
  EXPECT_FALSE(queue.TryPush(std::make_unique<int>(2)));
  queue.Close();
  EXPECT_FALSE(queue.Push(std::make_unique<int>(3)));
  EXPECT_EQ(**queue.Pop(), 1);
  EXPECT_EQ(queue.Pop(), std::nullopt);
}

// A consumer that gives up must not leave the producer waiting for room for ever.
TEST(BoundedQueueTest, CloseEndsAWaitingPush) {
  BoundedQueue<int> queue(1);
  ASSERT_TRUE(queue.Push(1));
  bool accepted = true;
  NamedThread producer("producer", [&] { accepted = queue.Push(2); });
  queue.Close();
  producer.Join();
  EXPECT_FALSE(accepted);
}

}  // namespace
}  // namespace doodle
