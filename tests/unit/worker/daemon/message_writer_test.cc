#include "worker/daemon/message_writer.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace doodle {
namespace {

using ::testing::ElementsAre;

class MessageWriterTest : public testing::Test {
 protected:
  std::vector<std::string> started_;
  int closed_ = 0;
  MessageWriter<std::string> writer_{[this](const std::string* message) { started_.push_back(*message); },
                                     [this] { ++closed_; }};
};

// A stream takes one write at a time, in order.
TEST_F(MessageWriterTest, OneWriteAtATime) {
  writer_.Send("a");
  writer_.Send("b");
  EXPECT_THAT(started_, ElementsAre("a"));
  writer_.OnWriteDone(true);
  EXPECT_THAT(started_, ElementsAre("a", "b"));
}

// A stream may be finished only when no write is under way.
TEST_F(MessageWriterTest, ClosingWaitsForTheWriteUnderWay) {
  writer_.Send("a");
  writer_.Send("b");
  writer_.Close(/*drain=*/false);
  EXPECT_EQ(closed_, 0);
  writer_.OnWriteDone(true);
  EXPECT_EQ(closed_, 1);
  EXPECT_THAT(started_, ElementsAre("a"));
  EXPECT_FALSE(writer_.Send("c"));
  writer_.Close(false);
  EXPECT_EQ(closed_, 1);
}

// Last words are heard.
TEST_F(MessageWriterTest, DrainingWritesWhatIsQueued) {
  writer_.Send("a");
  writer_.Send("b");
  writer_.Close(/*drain=*/true);
  writer_.OnWriteDone(true);
  EXPECT_EQ(closed_, 0);
  writer_.OnWriteDone(true);
  EXPECT_EQ(closed_, 1);
  EXPECT_THAT(started_, ElementsAre("a", "b"));
}

// A broken stream drains nothing.
TEST_F(MessageWriterTest, AFailedWriteEndsTheQueue) {
  writer_.Send("a");
  writer_.Send("b");
  writer_.Close(/*drain=*/true);
  writer_.OnWriteDone(false);
  EXPECT_EQ(closed_, 1);
  EXPECT_THAT(started_, ElementsAre("a"));
}

// A peer that does not read costs bounded memory.
TEST_F(MessageWriterTest, AFullQueueDropsTheRest) {
  for (size_t i = 0; i < MessageWriter<std::string>::kMaxQueued; ++i) EXPECT_TRUE(writer_.Send("x"));
  EXPECT_FALSE(writer_.Send("x"));
}

}  // namespace
}  // namespace doodle
