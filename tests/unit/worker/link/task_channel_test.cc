#include "worker/link/task_channel.h"

#include <sys/mman.h>
#include <unistd.h>

#include "common/status/status.h"
#include "doodle/v1/task_spec.pb.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/status_matchers.h"

namespace doodle {
namespace {

using ::testing::ElementsAre;

// An anonymous file that holds `bytes`, to be read from its start.
int FileOf(const std::string& bytes) {
  const int fd = memfd_create("task", MFD_CLOEXEC);
  EXPECT_EQ(write(fd, bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
  lseek(fd, 0, SEEK_SET);
  return fd;
}

absl::StatusOr<Task> Read(const std::string& bytes) {
  const int fd = FileOf(bytes);
  auto task = ReadTask(fd);
  close(fd);
  return task;
}

// What the command line writes is what the trainer runs.
TEST(TaskChannelTest, ATaskArrivesAsPlainValues) {
  v1::TaskSpec spec;
  spec.mutable_predict()->set_model("m");
  spec.mutable_predict()->add_inputs("a");
  spec.mutable_predict()->add_inputs("b");
  spec.mutable_predict()->set_output("o.csv");
  ASSERT_OK_AND_ASSIGN(const Task task, Read(spec.SerializeAsString()));
  const PredictTask& predict = std::get<PredictTask>(task);
  EXPECT_EQ(predict.model, "m");
  EXPECT_THAT(predict.inputs, ElementsAre("a", "b"));
  EXPECT_EQ(predict.probabilities, "");
  spec.mutable_export_()->set_checkpoint("c");
  spec.mutable_export_()->set_output("o.pth");
  ASSERT_OK_AND_ASSIGN(const Task other, Read(spec.SerializeAsString()));
  EXPECT_EQ(std::get<ExportTask>(other).output, "o.pth");
}

// A task that says too little is refused before anything runs.
TEST(TaskChannelTest, AnIncompleteTaskIsRefusedByField) {
  EXPECT_THAT(Read(""), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(Read("\xff\xff"), StatusIs(absl::StatusCode::kInvalidArgument));
  v1::TaskSpec spec;
  spec.mutable_evaluate()->set_model("m");
  const auto task = Read(spec.SerializeAsString());
  EXPECT_THAT(task, StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_EQ(FieldOf(task.status()), "evaluate.inputs");
}

std::vector<v1::TaskEvent> EventsOf(const std::string& bytes) {
  std::vector<v1::TaskEvent> events;
  for (size_t at = 0; at + 4 <= bytes.size();) {
    uint32_t length = 0;
    for (size_t i = 0; i < 4; ++i) length |= static_cast<uint32_t>(static_cast<uint8_t>(bytes[at + i])) << (8 * i);
    events.emplace_back();
    EXPECT_TRUE(events.back().ParseFromString(bytes.substr(at + 4, length)));
    at += 4 + length;
  }
  return events;
}

// Each event is framed by its length, and the status comes last.
TEST(TaskChannelTest, EventsAreFramed) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  TaskEventWriter writer(ends[1]);
  EXPECT_THAT(writer.Progress(300, 0), IsOk());
  EXPECT_THAT(writer.Result({{"map3", 0.5}}, {"x.csv"}), IsOk());
  EXPECT_THAT(writer.End(absl::NotFoundError("no model")), IsOk());
  close(ends[1]);
  std::string bytes(4096, '\0');
  bytes.resize(static_cast<size_t>(read(ends[0], bytes.data(), bytes.size())));
  close(ends[0]);
  const std::vector<v1::TaskEvent> events = EventsOf(bytes);
  ASSERT_EQ(events.size(), 3);
  EXPECT_EQ(events[0].progress().done(), 300);
  EXPECT_EQ(events[1].result().values().at("map3"), 0.5);
  EXPECT_EQ(events[2].status().code(), 5);
  EXPECT_EQ(events[2].status().message(), "no model");
}

}  // namespace
}  // namespace doodle
