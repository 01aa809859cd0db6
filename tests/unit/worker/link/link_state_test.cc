#include "worker/link/link_state.h"

#include "common/thread/thread.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/fake_clock.h"
#include "tests/testing/status_matchers.h"
#include "tests/unit/worker/link/sample_assignment.h"
#include "worker/link/report_conversion.h"

namespace doodle {
namespace {

using Delivery = LinkState::Delivery;
constexpr absl::Duration kNoWait = absl::ZeroDuration();

v1::AttachResponse Assigned(uint64_t generation) {
  v1::AttachResponse response;
  *response.mutable_assignment() = SampleAssignment(generation);
  return response;
}

v1::AttachResponse Ack(uint64_t sequence, bool refused = false) {
  v1::AttachResponse response;
  response.mutable_ack()->set_sequence(sequence);
  response.mutable_ack()->set_refused(refused);
  return response;
}

class LinkStateTest : public testing::Test {
 protected:
  LinkStateTest() : link_(clock_) {
    link_.OnResponse(Assigned(3));
    EXPECT_THAT(link_.AwaitAssignment(0, kNoWait), IsOk());
    EXPECT_TRUE(link_.NextRequest()->has_heartbeat());  // The first one is due at once.
  }

  FakeClock clock_;
  LinkState link_;
};

// A generation is handed over once, and a late message of an older one changes nothing.
TEST_F(LinkStateTest, OnlyAHigherGenerationIsAnAssignment) {
  EXPECT_THAT(link_.AwaitAssignment(3, kNoWait), StatusIs(absl::StatusCode::kDeadlineExceeded));
  link_.OnResponse(Assigned(2));
  EXPECT_EQ(link_.NewestGeneration(), 3);
  link_.OnResponse(Assigned(5));
  EXPECT_EQ(link_.NewestGeneration(), 5);
  EXPECT_EQ(link_.Current().gang.generation, 3);  // Until it is taken.
  ASSERT_OK_AND_ASSIGN(const TrainerAssignment next, link_.AwaitAssignment(3, kNoWait));
  EXPECT_EQ(next.gang.generation, 5);
}

// The fence must fire before anyone asks.
TEST_F(LinkStateTest, ANewGenerationCallsTheFence) {
  std::vector<uint64_t> heard;
  link_.OnNewGeneration([&](uint64_t generation) { heard.push_back(generation); });
  link_.OnResponse(Assigned(3));
  link_.OnResponse(Assigned(4));
  EXPECT_THAT(heard, testing::ElementsAre(4));
}

// An assignment that cannot be used is an error for whoever waits for it, and supersedes all the same.
TEST_F(LinkStateTest, AnUnusableAssignmentIsAnError) {
  v1::AttachResponse response = Assigned(4);
  response.mutable_assignment()->set_rank(9);
  link_.OnResponse(response);
  EXPECT_EQ(link_.NewestGeneration(), 4);
  EXPECT_THAT(link_.AwaitAssignment(3, kNoWait), StatusIs(absl::StatusCode::kInvalidArgument));
  // The daemon drops what is said in the name of an older generation.
  link_.Report(FailureReport(absl::InvalidArgumentError("rank"), true), Delivery::kSent);
  const v1::TrainerReport failure = link_.NextRequest()->report();
  EXPECT_EQ(failure.job(), "cats");
  EXPECT_EQ(failure.generation(), 4);
  EXPECT_EQ(failure.rank(), 9);
}

// Leave and a lost daemon end the wait for work.
TEST_F(LinkStateTest, LeaveAndLossEndTheWait) {
  v1::AttachResponse leave;
  leave.mutable_leave();
  link_.OnResponse(leave);
  EXPECT_TRUE(link_.LeaveRequested());
  EXPECT_THAT(link_.AwaitAssignment(3, kNoWait), StatusIs(absl::StatusCode::kCancelled));
  link_.OnLost();
  EXPECT_THAT(link_.AwaitAssignment(3, kNoWait), StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT(link_.ReportAndWait(ReportOf(FormedReport{}), kNoWait), StatusIs(absl::StatusCode::kUnavailable));
}

// Reports carry who sent them, in order, each with a number of its own.
TEST_F(LinkStateTest, ReportsGoOutInOrderUnderTheCurrentGeneration) {
  link_.Report(ReportOf(ProgressReport{.next_step = 7}), Delivery::kDroppable);
  link_.Report(ReportOf(EvaluationReport{.split = "valid"}), Delivery::kAcknowledged);
  const v1::TrainerReport first = link_.NextRequest()->report();
  EXPECT_EQ(first.job(), "cats");
  EXPECT_EQ(first.generation(), 3);
  EXPECT_EQ(first.rank(), 1);
  EXPECT_EQ(first.progress().next_step(), 7);
  const v1::TrainerReport second = link_.NextRequest()->report();
  EXPECT_EQ(second.evaluation().split(), "valid");
  EXPECT_EQ(second.sequence(), first.sequence() + 1);
}

// Heartbeats do not starve behind reports.
TEST_F(LinkStateTest, AHeartbeatOvertakesQueuedReports) {
  link_.Report(ReportOf(ProgressReport{.next_step = 7}), Delivery::kDroppable);
  clock_.Advance(absl::Milliseconds(500));
  EXPECT_EQ(link_.NextRequest()->heartbeat().next_step(), 7);
  EXPECT_TRUE(link_.NextRequest()->has_report());
}

// From the link's own thread: a training thread that is stuck is told of all the same.
TEST_F(LinkStateTest, HeartbeatsTellWhatTheRankIsAt) {
  ActivityBoard board;
  board.Begin(3);
  board.Contribute();
  LinkState link(clock_, &board);
  board.Enter(TrainerPhase::kInput);
  const auto request = link.NextRequest();
  EXPECT_EQ(request->heartbeat().activity().generation(), 3u);
  EXPECT_EQ(request->heartbeat().activity().sequence(), 1u);
  EXPECT_EQ(request->heartbeat().activity().phase(), 1u);
}

// A daemon that reads slowly costs progress reports, never a result.
TEST_F(LinkStateTest, AFullQueueDropsOnlyWhatMayBeDropped) {
  for (size_t i = 0; i < LinkState::kMaxQueued + 5; ++i) link_.Report(ReportOf(ProgressReport{}), Delivery::kDroppable);
  link_.Report(ReportOf(CheckpointReport{"step-1", {}, 0, ""}), Delivery::kAcknowledged);
  link_.Stop();
  size_t reports = 0;
  v1::TrainerReport last;
  while (auto request = link_.NextRequest()) {
    last = request->report();
    ++reports;
  }
  EXPECT_EQ(reports, LinkState::kMaxQueued + 1);
  EXPECT_EQ(last.checkpoint().name(), "step-1");
}

// Flush waits for what was reported before it and for nothing else.
TEST_F(LinkStateTest, FlushWaitsForAcknowledgments) {
  EXPECT_THAT(link_.Flush(kNoWait), IsOk());
  link_.Report(ReportOf(EvaluationReport{}), Delivery::kAcknowledged);
  EXPECT_THAT(link_.Flush(kNoWait), StatusIs(absl::StatusCode::kDeadlineExceeded));
  link_.OnResponse(Ack(1));
  EXPECT_THAT(link_.Flush(kNoWait), IsOk());
}

// The last checkpoint is not safe when the coordinator did not take it.
TEST_F(LinkStateTest, FlushTellsOfARefusal) {
  link_.Report(ReportOf(CheckpointReport{}), Delivery::kAcknowledged);
  link_.Report(ReportOf(EvaluationReport{}), Delivery::kAcknowledged);
  link_.OnResponse(Ack(1, true));
  link_.OnResponse(Ack(2));
  EXPECT_THAT(link_.Flush(kNoWait), StatusIs(absl::StatusCode::kAborted, testing::HasSubstr("refused")));
  EXPECT_THAT(link_.Flush(kNoWait), IsOk());  // Said once.
}

// What was refused in an older generation does not spoil the present one.
TEST_F(LinkStateTest, ARefusalOfAnOlderGenerationIsNoneOfFlushsBusiness) {
  link_.Report(ReportOf(CheckpointReport{}), Delivery::kAcknowledged);
  link_.OnResponse(Assigned(4));
  ASSERT_THAT(link_.AwaitAssignment(3, kNoWait), IsOk());
  link_.OnResponse(Ack(1, true));
  EXPECT_THAT(link_.Flush(kNoWait), IsOk());
}

// What the coordinator splits a job's time by.
TEST_F(LinkStateTest, ProgressCarriesTheWaits) {
  link_.Report(ReportOf(ProgressReport{.data_wait_seconds = 1.5, .checkpoint_seconds = 0.25}), Delivery::kDroppable);
  const v1::Progress progress = link_.NextRequest()->report().progress();
  EXPECT_EQ(progress.data_wait_seconds(), 1.5);
  EXPECT_EQ(progress.checkpoint_seconds(), 0.25);
}

// The answer to a waiting report: acknowledged, refused, superseded.
TEST_F(LinkStateTest, AWaitingReportEndsWithItsAnswer) {
  const auto answer_next = [&](const v1::AttachResponse& response) {
    return NamedThread("answer", [this, response] {
      while (!link_.NextRequest()->has_report()) {
      }
      link_.OnResponse(response);
    });
  };
  {
    NamedThread daemon = answer_next(Ack(1));
    EXPECT_THAT(link_.ReportAndWait(ReportOf(FormedReport{}), absl::Seconds(30)), IsOk());
  }
  {
    NamedThread daemon = answer_next(Ack(2, true));
    EXPECT_THAT(link_.ReportAndWait(ReportOf(FormedReport{}), absl::Seconds(30)),
                StatusIs(absl::StatusCode::kAborted, testing::HasSubstr("refused")));
  }
  NamedThread daemon = answer_next(Assigned(4));
  EXPECT_THAT(link_.ReportAndWait(ReportOf(FormedReport{}), absl::Seconds(30)),
              StatusIs(absl::StatusCode::kAborted, testing::HasSubstr("superseded by 4")));
}

// Nobody answers: the wait has an end.
TEST_F(LinkStateTest, AReportThatNobodyAnswersTimesOut) {
  EXPECT_THAT(link_.ReportAndWait(ReportOf(FinishedReport{}), kNoWait), StatusIs(absl::StatusCode::kDeadlineExceeded));
}

}  // namespace
}  // namespace doodle
