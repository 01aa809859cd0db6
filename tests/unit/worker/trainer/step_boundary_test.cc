// What is due between two steps: by the clock, at the end, again after a generation that ended, and on a full disk.
#include <atomic>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/synchronization/notification.h"
#include "common/checkpoint/checkpoint_manifest.h"
#include "tests/testing/fake_clock.h"
#include "tests/unit/worker/trainer/checkpoint_disk.h"
#include "tests/unit/worker/trainer/train_job_fixture.h"

namespace doodle {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct Machine {
  FakeClock fake_clock;
  CheckpointDisk disk;
};

// Before each step the trainer of `link` looks at the clock, which then is a second further.
class StepBoundaryTest : protected Machine, public TrainJobFixture {
 protected:
  StepBoundaryTest() : TrainJobFixture(disk, fake_clock) {
    spec_.checkpoint_every = {Trigger::Unit::kNever, 0};
    spec_.evaluate_every = {Trigger::Unit::kNever, 0};
  }
  FakeTrainerLink& AddTicking() {
    FakeTrainerLink& link = AddTrainer();
    link.before_step = [this, &link] {
      ++steps_[&link];
      fake_clock.Advance(absl::Seconds(1));
    };
    return link;
  }
  // The checkpoint of step 5 in generation 1 is being written until it is released.
  void HoldFirstCheckpoint() {
    disk.on_begin = [this](const std::string& path) {
      if (absl::StrContains(path, "/.step-000000005-g1")) released_.WaitForNotification();
      return absl::OkStatus();
    };
    disk.on_complete = [this](const std::string& path) {
      if (absl::StrContains(path, "/step-000000005-g1")) complete_.Notify();
    };
  }
  // Returns when it is on disk. Again: nothing.
  void ReleaseFirstCheckpoint() {
    if (released_.HasBeenNotified()) return;
    released_.Notify();
    complete_.WaitForNotification();
  }
  static std::vector<uint64_t> Steps(const std::vector<EvaluationReport>& reports) {
    std::vector<uint64_t> steps;
    for (const EvaluationReport& report : reports) steps.push_back(report.step);
    return steps;
  }
  double Metric(const FakeTrainerLink& link, const std::string& name) {
    double sum = 0;
    for (const MetricReport& report : link.metrics) sum += report.name == name ? report.value : 0;
    return sum;
  }

  std::map<const FakeTrainerLink*, uint64_t> steps_;
  absl::Notification released_;
  absl::Notification complete_;
};

// "5s" means five seconds after the last one, and the end of the stage.
TEST_F(StepBoundaryTest, AnEvaluationIsDueByTheClock) {
  spec_.evaluate_every = {Trigger::Unit::kSeconds, 5};
  FakeTrainerLink& link = AddTicking();
  link.assignments = {Assignment(1, 0, 1)};
  EXPECT_THAT(RunAll()[0], IsOk());
  EXPECT_THAT(Steps(link.evaluations), ElementsAre(5, 10, 15, 18));
}

// Rank 0 alone looks at the clock; the other evaluates with it at the same steps.
TEST_F(StepBoundaryTest, RankZerosClockDecidesForAll) {
  spec_.evaluate_every = {Trigger::Unit::kSeconds, 7};
  AddTicking().assignments = {Assignment(1, 0, 2)};
  AddTrainer().assignments = {Assignment(1, 1, 2)};
  for (const absl::Status& status : RunAll()) EXPECT_THAT(status, IsOk());
  EXPECT_THAT(Steps(links_[0]->evaluations), ElementsAre(7, 14, 18));
  EXPECT_EQ(links_[0]->finished.at(0).digest, links_[1]->finished.at(0).digest);
}

TEST_F(StepBoundaryTest, ACheckpointIsDueByTheClock) {
  spec_.checkpoint_every = {Trigger::Unit::kSeconds, 6};
  FakeTrainerLink& link = AddTicking();
  link.assignments = {Assignment(1, 0, 1)};
  EXPECT_THAT(RunAll()[0], IsOk());
  ASSERT_GE(link.checkpoints.size(), 2u);
  EXPECT_EQ(link.checkpoints.front().tag, (StateTag{1, 6}));
  EXPECT_EQ(link.checkpoints.back().tag, (StateTag{1, 18}));
}

// The clock said so in the last step of a generation. The next one, with a rank that never heard of it, evaluates.
TEST_F(StepBoundaryTest, AnEvaluationDueByTheClockOutlivesItsGeneration) {
  spec_.evaluate_every = {Trigger::Unit::kSeconds, 5};
  FakeTrainerLink& survivor = AddTicking();
  survivor.assignments = {Assignment(1, 0, 1), Assignment(2, 0, 2, {{0, 0}, {1, 0}})};
  const auto tick = survivor.before_step;
  survivor.before_step = [&, tick] {
    tick();
    survivor.superseded = steps_[&survivor] >= 5;
  };
  AddTrainer().assignments = {Assignment(2, 1, 2, {{0, 0}, {1, 0}})};
  for (const absl::Status& status : RunAll()) EXPECT_THAT(status, IsOk());
  ASSERT_EQ(survivor.formed.size(), 2u);
  EXPECT_EQ(survivor.formed[1].start_step, 5u);
  EXPECT_THAT(Steps(survivor.evaluations), ElementsAre(5, 10, 15, 18));
}

// Generations that are shorter than the interval do not put a checkpoint off for ever.
TEST_F(StepBoundaryTest, TheClockGoesOnOverGenerations) {
  spec_.checkpoint_every = {Trigger::Unit::kSeconds, 6};
  FakeTrainerLink& link = AddTicking();
  link.assignments = {Assignment(1, 0, 1), Assignment(2, 0, 1, {{0, 0}, {1, 0}})};
  const auto tick = link.before_step;
  link.before_step = [&, tick] {
    tick();
    link.superseded = steps_[&link] >= 4;
  };
  EXPECT_THAT(RunAll()[0], IsOk());
  ASSERT_FALSE(link.checkpoints.empty());
  EXPECT_EQ(link.checkpoints.front().tag, (StateTag{2, 6}));
}

// The clock said so while the one before was still being written, and then the generation ended.
TEST_F(StepBoundaryTest, ACheckpointThatWaitsForTheWriterOutlivesItsGeneration) {
  spec_.checkpoint_every = {Trigger::Unit::kSeconds, 5};
  HoldFirstCheckpoint();
  FakeTrainerLink& link = AddTicking();
  link.assignments = {Assignment(1, 0, 1), Assignment(2, 0, 1, {{0, 0}, {1, 0}})};
  const auto tick = link.before_step;
  link.before_step = [&, tick] {
    tick();
    if (steps_[&link] < 11) return;
    link.superseded = true;  // The checkpoint of step 10 waits for that of step 5.
    ReleaseFirstCheckpoint();
  };
  EXPECT_THAT(RunAll()[0], IsOk());
  ASSERT_EQ(link.formed.size(), 2u);
  ASSERT_GE(link.checkpoints.size(), 3u);
  EXPECT_EQ(link.checkpoints[0].tag, (StateTag{1, 5}));
  EXPECT_LT(link.checkpoints[1].tag.next_step, 15u) << "not put off until the clock says so again";
}

// The new rank 0 finishes a checkpoint while the rank 0 of before still writes its own.
TEST_F(StepBoundaryTest, ANewRankZeroLeavesTheFilesOfAWritingRankAlone) {
  spec_.checkpoint_every = {Trigger::Unit::kSteps, 5};
  absl::Notification other_complete;
  disk.on_begin = [&](const std::string& path) {
    if (!absl::StrContains(path, "/.step-000000005-g1")) return absl::OkStatus();
    const absl::Status made = LocalFileSystem().MakeDirectories(path);
    other_complete.WaitForNotification();
    return made.ok() && !LocalFileSystem().Exists(path) ? absl::NotFoundError(path + ": was taken away") : made;
  };
  FakeTrainerLink& first = AddTicking();
  first.assignments = {Assignment(1, 0, 1), Assignment(2, 1, 2, {{0, 0}, {1, 0}})};
  const auto tick = first.before_step;
  first.before_step = [&, tick] {
    tick();
    first.superseded = steps_[&first] >= 6;
  };
  FakeTrainerLink& second = AddTrainer();
  second.assignments = {Assignment(2, 0, 2, {{0, 0}, {1, 0}})};
  second.after_checkpoint = [&] {
    if (!other_complete.HasBeenNotified()) other_complete.Notify();
  };
  for (const absl::Status& status : RunAll()) EXPECT_THAT(status, IsOk());
  ASSERT_EQ(first.checkpoints.size(), 1u);
  EXPECT_EQ(first.checkpoints[0].tag, (StateTag{1, 5}));
}

// Rank 0 died after the evaluation and before its report: whoever is rank 0 next says it.
TEST_F(StepBoundaryTest, AnEvaluationIsReportedAgainByTheNextGeneration) {
  spec_.evaluate_every = {Trigger::Unit::kEpochs, 1};
  FakeTrainerLink& link = AddTicking();
  link.assignments = {Assignment(1, 0, 1), Assignment(2, 0, 1, {{0, 0}, {1, 0}})};
  link.after_evaluation = [&] { link.superseded = true; };
  EXPECT_THAT(RunAll()[0], IsOk());
  EXPECT_THAT(Steps(link.evaluations), ElementsAre(10, 10, 18));
  EXPECT_EQ(link.evaluations[0].map3, link.evaluations[1].map3);
}

// The checkpoint in flight of a rank that is rank 1 by the time it is on disk still counts.
TEST_F(StepBoundaryTest, ARankThatIsNoLongerRankZeroReportsItsCheckpoint) {
  spec_.checkpoint_every = {Trigger::Unit::kSteps, 5};
  HoldFirstCheckpoint();
  FakeTrainerLink& first = AddTicking();
  first.assignments = {Assignment(1, 0, 1), Assignment(2, 1, 2, {{0, 0}, {1, 0}})};
  const auto tick = first.before_step;
  first.before_step = [&, tick] {
    tick();
    first.superseded = steps_[&first] >= 6;  // The checkpoint of step 5 has just been started.
  };
  FakeTrainerLink& second = AddTrainer();
  second.assignments = {Assignment(2, 0, 2, {{0, 0}, {1, 0}})};
  second.before_step = [&] { ReleaseFirstCheckpoint(); };
  for (const absl::Status& status : RunAll()) EXPECT_THAT(status, IsOk());
  ASSERT_EQ(first.checkpoints.size(), 1u);
  EXPECT_EQ(first.checkpoints[0].tag, (StateTag{1, 5}));
  EXPECT_EQ(second.checkpoints.back().tag, (StateTag{2, 18}));
}

// The only step of the job ruins the weights; nothing is due but the end, and no checkpoint of them may stay.
TEST_F(StepBoundaryTest, TheLastCheckpointNeverHoldsWeightsThatAreNotFinite) {
  spec_.stages[0].epochs = 1;
  spec_.stages[0].global_batch = 600;
  spec_.stages[0].optimizer.kind = OptimizerKind::kSgd;
  spec_.stages[0].schedule = {};
  spec_.stages[0].schedule.kind = ScheduleKind::kConstant;
  spec_.stages[0].schedule.max_lr = spec_.stages[0].schedule.lr = 1e300;
  FakeTrainerLink& link = AddTicking();
  link.assignments = {Assignment(1, 0, 1)};
  RunAll();
  ASSERT_EQ(link.failures.size(), 1u);
  EXPECT_THAT(link.failures[0].first, StatusIs(absl::StatusCode::kOutOfRange, HasSubstr("last checkpoint")));
  EXPECT_TRUE(link.failures[0].second);
  EXPECT_THAT(link.checkpoints, IsEmpty());
  EXPECT_THAT(*LocalFileSystem().List(JobDirectory() + "/checkpoints"), IsEmpty());
}

// The disk is full for the second checkpoint: an alarm, the first one stays, training goes on, and the next one is
// written as there is room again.
TEST_F(StepBoundaryTest, AFullDiskCostsOneCheckpointAndNoStep) {
  spec_.checkpoint_every = {Trigger::Unit::kSteps, 4};
  std::atomic<int> begun = 0;
  absl::Notification first_complete;
  disk.on_begin = [&](const std::string& path) {
    return begun++ == 1 ? absl::ResourceExhaustedError(path + ": no space left on device") : absl::OkStatus();
  };
  disk.on_complete = [&](const std::string&) {
    if (begun == 1) first_complete.Notify();
  };
  FakeTrainerLink& link = AddTicking();
  link.assignments = {Assignment(1, 0, 1)};
  const auto tick = link.before_step;
  link.before_step = [&, tick] {
    tick();
    if (steps_[&link] == 6) first_complete.WaitForNotification();
  };
  EXPECT_THAT(RunAll()[0], IsOk());
  EXPECT_THAT(link.failures, IsEmpty());
  ASSERT_EQ(link.finished.size(), 1u);
  EXPECT_EQ(link.finished[0].next_step, 18u);
  EXPECT_EQ(Metric(link, "doodle_checkpoint_failures_total"), 1);
  ASSERT_GE(link.checkpoints.size(), 2u);
  EXPECT_EQ(link.checkpoints.front().tag, (StateTag{1, 4}));
  EXPECT_EQ(link.checkpoints.back().tag, (StateTag{1, 18}));
  for (const CheckpointReport& report : link.checkpoints) {
    EXPECT_THAT(VerifyCheckpoint(LocalFileSystem(), JobDirectory() + "/checkpoints/" + report.name), IsOk());
  }
}

// The next regular checkpoint may be hours away; there may be room in half a minute.
TEST_F(StepBoundaryTest, AFailedCheckpointIsTriedAgainSoon) {
  spec_.stages[0].epochs = 24;
  spec_.checkpoint_every = {Trigger::Unit::kShare, 0.5};
  std::atomic<int> begun = 0;
  disk.on_begin = [&](const std::string& path) {
    return begun++ == 0 ? absl::UnavailableError(path + ": input/output error") : absl::OkStatus();
  };
  FakeTrainerLink& link = AddTicking();
  link.assignments = {Assignment(1, 0, 1)};
  EXPECT_THAT(RunAll()[0], IsOk());
  EXPECT_THAT(link.failures, IsEmpty());
  ASSERT_EQ(link.checkpoints.size(), 2u);
  EXPECT_GE(link.checkpoints[0].tag.next_step, 112u + 30);
  EXPECT_LT(link.checkpoints[0].tag.next_step, 225u);
  EXPECT_EQ(link.checkpoints[1].tag.next_step, 225u);
}

// A wait takes a second and nothing else takes time.
class WaitingClock final : public Clock {
 public:
  absl::Time Now() const override { return clock_.Now(); }
  absl::Duration SteadyNow() const override { return clock_.SteadyNow(); }
  bool AwaitUntil(absl::Mutex& mu, const absl::Condition& condition,
                  absl::Duration deadline) override ABSL_NO_THREAD_SAFETY_ANALYSIS {
    clock_.Advance(absl::Seconds(1));
    return clock_.AwaitUntil(mu, condition, deadline + absl::Seconds(1));
  }

 private:
  FakeClock clock_;
};

struct WaitingMachine {
  WaitingClock waiting_clock;
};

class WaitsTest : protected WaitingMachine, public TrainJobFixture {
 protected:
  WaitsTest() : TrainJobFixture(LocalFileSystem(), waiting_clock) {}
};

// One wait for each batch; at the end one for the checkpoint in flight, if any, and one for the last.
TEST_F(WaitsTest, ProgressTellsWhatTrainingWaitedFor) {
  spec_.checkpoint_every = {Trigger::Unit::kNever, 0};
  spec_.evaluate_every = {Trigger::Unit::kNever, 0};
  FakeTrainerLink& link = AddTrainer();
  link.assignments = {Assignment(1, 0, 1)};
  EXPECT_THAT(RunAll()[0], IsOk());
  ASSERT_EQ(link.progress.size(), 19u);
  EXPECT_EQ(link.progress[0].data_wait_seconds, 1);
  EXPECT_EQ(link.progress[0].checkpoint_seconds, 0);
  EXPECT_EQ(link.progress[17].data_wait_seconds, 18);
  EXPECT_EQ(link.progress[18].data_wait_seconds, 18);
  EXPECT_EQ(link.progress[18].checkpoint_seconds, 2);
  EXPECT_EQ(link.progress[18].next_step, 18u);
}

}  // namespace
}  // namespace doodle
