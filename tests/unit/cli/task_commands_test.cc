// predict, evaluate and export, with a script in the trainer's place.
#include <csignal>
#include <nlohmann/json.hpp>

#include "absl/status/status.h"
#include "cli/task_event_reader.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/status_matchers.h"
#include "tests/unit/cli/command_line_runner.h"
#include "tests/unit/cli/fake_coordinator.h"

namespace doodle {
namespace {

using ::testing::HasSubstr;

std::string Frame(const v1::TaskEvent& event) {
  const std::string body = event.SerializeAsString();
  std::string frame;
  for (int i = 0; i < 4; ++i) frame.push_back(static_cast<char>(body.size() >> (8 * i)));
  return frame + body;
}

std::string Status(absl::StatusCode code, const std::string& message) {
  v1::TaskEvent event;
  event.mutable_status()->set_code(static_cast<uint32_t>(code));
  event.mutable_status()->set_message(message);
  return Frame(event);
}

std::string Result(double map3, const std::string& file) {
  v1::TaskEvent event;
  (*event.mutable_result()->mutable_values())["map3"] = map3;
  (*event.mutable_result()->mutable_values())["drawings"] = 361;
  if (!file.empty()) event.mutable_result()->add_files(file);
  return Frame(event);
}

class TaskCommandsTest : public ::testing::Test {
 protected:
  TaskCommandsTest() {
    runner_.Write("model.pth", "weights");
    runner_.Write("cat.ndjson", "drawings");
  }

  // The trainer keeps its specification and arguments, and answers with `events`.
  void TrainerAnswers(const std::string& events) {
    runner_.Write("events", events);
    runner_.WriteProgram("doodle-trainer",
                         "cd $(dirname $0) && echo \"$@\" > arguments && cat <&3 > spec\ncat events\n");
  }
  v1::TaskSpec Spec() const {
    v1::TaskSpec spec;
    EXPECT_TRUE(spec.ParseFromString(runner_.Read("spec")));
    return spec;
  }

  CommandLineRunner runner_;
};

TEST_F(TaskCommandsTest, EvaluatePrintsTheScores) {
  runner_.Write("ds/manifest.json", "{}");
  TrainerAnswers(Result(0.95, "") + Status(absl::StatusCode::kOk, ""));
  const Outcome outcome = runner_.Run({"evaluate", "--model", "model.pth", "ds", "--split", "valid"});
  EXPECT_EQ(outcome.code, 0) << outcome.error;
  EXPECT_EQ(outcome.out, "top1=0.0000 top3=0.0000 map3=0.9500 drawings=361\n");
  EXPECT_EQ(runner_.Read("arguments"), "evaluate --spec-fd 3\n");
  EXPECT_EQ(Spec().evaluate().model(), runner_.Path("model.pth"));
  EXPECT_EQ(Spec().evaluate().inputs(0), runner_.Path("ds"));
  EXPECT_EQ(Spec().evaluate().split(), "valid");
}

TEST_F(TaskCommandsTest, DatasetsAreEvaluatedBySplitAndNothingElseIs) {
  runner_.Write("ds/manifest.json", "{}");
  const Outcome outcome = runner_.Run({"evaluate", "--model", "model.pth", "ds"});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_THAT(outcome.error, HasSubstr("--split valid"));
  EXPECT_EQ(runner_.Run({"evaluate", "--model", "model.pth", "cat.ndjson", "--split", "valid"}).code, 2);
}

TEST_F(TaskCommandsTest, EvaluateAsJsonIsFlat) {
  TrainerAnswers(Result(0.95, "") + Status(absl::StatusCode::kOk, ""));
  const auto json =
      nlohmann::json::parse(runner_.Run({"evaluate", "--model", "model.pth", "cat.ndjson", "--json"}).out);
  EXPECT_EQ(json["map3"], 0.95);
  EXPECT_EQ(json["drawings"], 361);
}

TEST_F(TaskCommandsTest, PredictWithTheCheckpointOfAJob) {
  FakeCoordinator coordinator;
  coordinator.checkpoints.directory = runner_.Path(".");
  runner_.variables["DOODLE_COORDINATOR"] = coordinator.server->address();
  TrainerAnswers(Result(0, "out.csv") + Status(absl::StatusCode::kOk, ""));
  const Outcome outcome = runner_.Run({"predict", "--model", "job:quick@best", "cat.ndjson", "--out", "out.csv"});
  EXPECT_EQ(outcome.code, 0) << outcome.error;
  EXPECT_EQ(outcome.out, "out.csv\n");
  EXPECT_EQ(Spec().predict().model(), runner_.Path("."));
  EXPECT_EQ(Spec().predict().output(), runner_.Path("out.csv"));
}

TEST_F(TaskCommandsTest, CheckpointThatLiesOnAnotherMachine) {
  FakeCoordinator coordinator;
  coordinator.checkpoints.directory = "/not/here";
  runner_.variables["DOODLE_COORDINATOR"] = coordinator.server->address();
  const Outcome outcome = runner_.Run({"checkpoints", "export", "quick@best", "--out", "x.pth"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.error, HasSubstr("/not/here on the coordinator's machine"));
}

TEST_F(TaskCommandsTest, TheTasksOwnErrorDecidesTheExitCode) {
  TrainerAnswers(Status(absl::StatusCode::kInvalidArgument, "cat.ndjson: no drawing"));
  const Outcome outcome = runner_.Run({"evaluate", "--model", "model.pth", "cat.ndjson"});
  EXPECT_EQ(outcome.code, 2);
  EXPECT_EQ(outcome.error, "error: cat.ndjson: no drawing\n");
}

TEST_F(TaskCommandsTest, TrainerThatDiesSaysWhatItLastWrote) {
  runner_.WriteProgram("doodle-trainer", "echo 'cannot load libtorch' >&2\nexit 127\n");
  const Outcome outcome = runner_.Run({"evaluate", "--model", "model.pth", "cat.ndjson"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.error, HasSubstr("ended without a result (exit code 127)\ncannot load libtorch"));
}

TEST_F(TaskCommandsTest, TrainerThatWritesSomethingElse) {
  TrainerAnswers("Segmentation fault, or whatever\n");
  EXPECT_EQ(runner_.Run({"evaluate", "--model", "model.pth", "cat.ndjson"}).code, 1);
}

TEST_F(TaskCommandsTest, CtrlCEndsTheTrainerToo) {
  runner_.WriteProgram("doodle-trainer", "echo $$ > $(dirname $0)/pid\nkill -INT $PPID\nexec tail -f /dev/null\n");
  const Outcome outcome = runner_.Run({"evaluate", "--model", "model.pth", "cat.ndjson"});
  EXPECT_EQ(outcome.code, 130);
  EXPECT_NE(kill(std::stoi(runner_.Read("pid")), 0), 0) << "the trainer still runs";
}

TEST_F(TaskCommandsTest, TrainerThatAVariableNames) {
  runner_.WriteProgram("other", "echo other >&2\n");
  runner_.variables["DOODLE_TRAINER"] = runner_.Path("other");
  EXPECT_THAT(runner_.Run({"evaluate", "--model", "model.pth", "cat.ndjson"}).error, HasSubstr("other\n"));
}

TEST_F(TaskCommandsTest, NoTrainerBesideTheProgram) {
  const Outcome outcome = runner_.Run({"evaluate", "--model", "model.pth", "cat.ndjson"});
  EXPECT_EQ(outcome.code, 3);
  EXPECT_THAT(outcome.error, HasSubstr("no program doodle-trainer at "));
}

TEST_F(TaskCommandsTest, InputsAndModelsThatAreNotThere) {
  EXPECT_EQ(runner_.Run({"evaluate", "--model", "nope.pth", "cat.ndjson"}).code, 3);
  EXPECT_EQ(runner_.Run({"evaluate", "--model", "model.pth", "nope.ndjson"}).code, 3);
  EXPECT_EQ(runner_.Run({"evaluate", "--model", "job:quick", "cat.ndjson"}).code, 2);
  EXPECT_EQ(runner_.Run({"checkpoints", "export", "model.pth", "--out", "x.bin"}).code, 2);
}

// Frames arrive in pieces of any size.
TEST(TaskEventReaderTest, OneByteAtATime) {
  TaskEventReader reader;
  int events = 0;
  for (const char byte : Result(0.5, "a") + Status(absl::StatusCode::kOk, "")) {
    reader.Append(absl::string_view(&byte, 1));
    ASSERT_OK_AND_ASSIGN(const auto event, reader.Next());
    events += event.has_value() ? 1 : 0;
  }
  EXPECT_EQ(events, 2);
}

}  // namespace
}  // namespace doodle
