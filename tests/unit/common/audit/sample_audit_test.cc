#include "common/audit/sample_audit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temporary_directory.h"

namespace doodle {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// 50 drawings in two shards, two epochs, batches of 10: 10 steps. Two ranks, each with half of the lanes; generation 1
// commits steps 0 to 5 and has contributed to step 6, generation 3 goes on from there. Generation 2 never formed.
class SampleAuditTest : public ::testing::Test {
 protected:
  using Lines = std::map<SampleLogOwner, std::map<uint64_t, std::vector<SampleUse>>>;

  SampleAuditTest() {
    for (uint64_t step = 0; step < 10; ++step) {
      for (const PlannedSample& sample : stage_.plan.Step(step)) {
        const uint32_t rank = sample.lane < 5 ? 0 : 1;
        const SampleUse use{sample.lane, sample.epoch, stage_.keys[sample.shard][sample.position]};
        if (step <= 6) lines_[{1, rank}][step].push_back(use);
        if (step >= 6) lines_[{3, rank}][step].push_back(use);
      }
    }
  }

  static AuditStage MakeStage() {
    StagePlan plan = *StagePlan::Create({7, 0, 50, 2, 10, 10, "dataset", "view"}, {30, 20});
    AuditStage stage{plan, 0, {{}, {}}};
    for (uint64_t key = 0; key < 50; ++key) stage.keys[key < 30 ? 0 : 1].push_back(1000 + key * 17);
    return stage;
  }

  AuditReport Audit(uint64_t committed = 10) {
    for (const auto& [owner, steps] : lines_) {
      auto log = SampleLog::Create(LocalFileSystem(), directory_.path(), owner);
      for (const auto& [step, uses] : steps) {
        EXPECT_TRUE((*log)->Append(step, uses).ok());
        if (step != again_ || owner != SampleLogOwner{1, 0}) continue;
        EXPECT_TRUE((*log)->Append(step, uses).ok());
      }
    }
    auto report = AuditSamples(LocalFileSystem(), directory_.path(), {{0, 0}, {1, 0}, {3, 6}}, committed, {stage_});
    EXPECT_TRUE(report.ok()) << report.status();
    return report.ok() ? *report : AuditReport();
  }

  std::string Name(uint64_t step, const SampleUse& use) {
    return absl::StrCat("step ", step, " lane ", use.lane, " epoch ", use.epoch, " key ", use.key_id);
  }

  TemporaryDirectory directory_;
  AuditStage stage_ = MakeStage();
  Lines lines_;
  uint64_t again_ = ~uint64_t{0};  // The line of this step is there twice.
};

TEST_F(SampleAuditTest, CountsEveryUseOnceAcrossGenerations) {
  const AuditReport report = Audit();
  EXPECT_TRUE(report.ok());
  EXPECT_THAT(report.problems, IsEmpty());
  EXPECT_EQ(report.steps, 10u);
  EXPECT_EQ(report.samples, 100u);
  EXPECT_EQ(report.epochs, 2u);
}

TEST_F(SampleAuditTest, LooksAtCommittedStepsOnly) {
  lines_[{3, 0}].erase(8);
  const AuditReport report = Audit(8);
  EXPECT_TRUE(report.ok());
  EXPECT_EQ(report.samples, 80u);
  EXPECT_EQ(report.epochs, 1u);
}

TEST_F(SampleAuditTest, NamesWhatARemovedLineLacks) {
  const std::vector<SampleUse> gone = lines_[{1, 1}][2];
  lines_[{1, 1}].erase(2);
  const AuditReport report = Audit();
  EXPECT_EQ(report.missing, gone.size());
  EXPECT_EQ(report.duplicate, 0u);
  for (const SampleUse& use : gone) EXPECT_THAT(report.problems, Contains(Name(2, use) + ": missing"));
}

TEST_F(SampleAuditTest, NamesTheUsesOfADoubledLine) {
  again_ = 4;
  const AuditReport report = Audit();
  EXPECT_EQ(report.duplicate, (lines_[{1, 0}][4].size()));
  EXPECT_EQ(report.missing, 0u);
  EXPECT_THAT(report.problems, Contains(HasSubstr(Name(4, lines_[{1, 0}][4][0]))));
}

TEST_F(SampleAuditTest, NamesASampleThatMovedToAnotherLane) {
  SampleUse& use = lines_[{1, 0}][3][0];
  const uint32_t planned = use.lane;
  use.lane = 9 - planned;
  const AuditReport report = Audit();
  EXPECT_EQ(report.unexpected, 1u);
  EXPECT_EQ(report.missing + report.duplicate, 0u);
  EXPECT_THAT(report.problems,
              ElementsAre(absl::StrCat(Name(3, use), ": planned in lane ", planned, " of epoch ", use.epoch)));
}

// What generation 1 contributed to step 6, which generation 3 trained again, now claims to be of generation 3.
TEST_F(SampleAuditTest, NamesALineOfAStaleGeneration) {
  std::vector<SampleUse>& uses = lines_[{3, 0}][6];
  const std::vector<SampleUse> stale = lines_[{1, 0}][6];
  uses.insert(uses.end(), stale.begin(), stale.end());
  const AuditReport report = Audit();
  EXPECT_EQ(report.duplicate, stale.size());
  EXPECT_THAT(report.problems, Contains(HasSubstr(Name(6, stale[0]))));
}

// One drawing's pixels stood in for another's: it is used twice in its epoch, the other never.
TEST_F(SampleAuditTest, NamesBothDrawingsOfASwappedRecord) {
  SampleUse& use = lines_[{1, 0}][0][0];
  const SampleUse planned = use;
  const SampleUse other = lines_[{1, 1}][3][0];
  use.key_id = other.key_id;
  const AuditReport report = Audit();
  EXPECT_EQ(report.missing, 1u);
  EXPECT_EQ(report.unexpected, 1u);
  EXPECT_EQ(report.duplicate, 1u);
  EXPECT_THAT(report.problems, ElementsAre(Name(0, use) + ": not planned in this step", Name(0, planned) + ": missing",
                                           Name(3, other) + ": used before in this epoch"));
}

TEST_F(SampleAuditTest, NamesAKeyThatIsNoDrawingOfTheView) {
  lines_[{3, 1}][9][0].key_id = 5;
  const AuditReport report = Audit();
  EXPECT_EQ(report.unexpected, 1u);
  EXPECT_EQ(report.missing, 1u);
}

TEST_F(SampleAuditTest, FindsAllMissingWithoutAnyLog) {
  lines_.clear();
  const AuditReport report = Audit();
  EXPECT_EQ(report.missing, 100u);
  EXPECT_EQ(report.problems.size(), 20u);
}

}  // namespace
}  // namespace doodle
