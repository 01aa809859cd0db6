#include "coordinator/server/work_thread.h"

#include <gtest/gtest.h>

#include <memory>
#include <utility>

namespace doodle {
namespace {

TEST(WorkThreadTest, DoesWhatIsQueuedBeforeItStops) {
  WorkThread thread("test");
  int done = 0;
  for (int i = 0; i < 3; ++i) thread.Run([&done] { ++done; });
  thread.Stop();
  EXPECT_EQ(done, 3);
}

// Who waits for the work learns of it by the destruction: a coordinator that stops must not leave a call without
// answer.
TEST(WorkThreadTest, DestroysWorkThatComesAfterTheStopBeforeRunReturns) {
  WorkThread thread("test");
  thread.Stop();
  auto owned = std::make_shared<int>(0);
  const std::weak_ptr<int> watched = owned;
  thread.Run([owned = std::move(owned)] { ++*owned; });
  EXPECT_TRUE(watched.expired());
}

}  // namespace
}  // namespace doodle
