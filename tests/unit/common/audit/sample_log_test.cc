#include "common/audit/sample_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/testing/status_matchers.h"
#include "tests/testing/temporary_directory.h"

namespace doodle {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class SampleLogTest : public ::testing::Test {
 protected:
  absl::StatusOr<std::vector<SampleLine>> ReadAll() {
    auto reader = SampleLogReader::Open(LocalFileSystem(), directory_.path(), {3, 1});
    if (!reader.ok()) return reader.status();
    std::vector<SampleLine> lines;
    for (;;) {
      auto line = (*reader)->Next();
      if (!line.ok()) return line.status();
      if (!*line) return lines;
      lines.push_back(**line);
    }
  }
  void Write(const std::string& text) { ASSERT_THAT(WriteFileAtomically(LocalFileSystem(), path_, text), IsOk()); }

  TemporaryDirectory directory_;
  const std::string path_ = directory_.File("g3-r1.samples");
};

TEST_F(SampleLogTest, ReadsBackWhatWasWritten) {
  ASSERT_OK_AND_ASSIGN(auto log, SampleLog::Create(LocalFileSystem(), directory_.path(), {3, 1}));
  ASSERT_THAT(log->Append(7, {{0, 2, ~uint64_t{0}}, {5, 3, 12}}), IsOk());
  ASSERT_THAT(log->AppendSkipped(7), IsOk());
  ASSERT_OK_AND_ASSIGN(const auto lines, ReadAll());
  ASSERT_EQ(lines.size(), 2u);
  EXPECT_EQ(lines[0].step, 7u);
  EXPECT_THAT(lines[0].uses, ElementsAre(SampleUse{0, 2, ~uint64_t{0}}, SampleUse{5, 3, 12}));
  EXPECT_TRUE(lines[1].skipped);
}

// The process died in the middle of a write: it had not contributed to that step.
TEST_F(SampleLogTest, LeavesOutALineThatWasNotFinished) {
  Write("doodle-samples 1 generation 3 rank 1\n7 0/0/1 1/0/2\n8 0/0/3 1/0");
  ASSERT_OK_AND_ASSIGN(const auto lines, ReadAll());
  ASSERT_EQ(lines.size(), 1u);
  EXPECT_EQ(lines[0].uses.size(), 2u);
}

TEST_F(SampleLogTest, NamesALineThatIsNone) {
  Write("doodle-samples 1 generation 3 rank 1\n7 0/0/1\n8 0/zero/3\n");
  EXPECT_THAT(ReadAll(), StatusIs(absl::StatusCode::kDataLoss, HasSubstr("g3-r1.samples:3")));
}

TEST_F(SampleLogTest, RefusesTheLogOfAnotherRank) {
  Write("doodle-samples 1 generation 3 rank 2\n7 0/0/1\n");
  EXPECT_THAT(ReadAll(), StatusIs(absl::StatusCode::kDataLoss));
}

TEST_F(SampleLogTest, KnowsItsNames) {
  EXPECT_EQ(SampleLogName({12, 3}), "g12-r3.samples");
  EXPECT_EQ(ParseSampleLogName("g12-r3.samples"), (SampleLogOwner{12, 3}));
  for (const char* name : {"g12-r3.log", "g-r3.samples", "12-r3.samples", "g1-r2-r3.samples"}) {
    EXPECT_EQ(ParseSampleLogName(name), std::nullopt) << name;
  }
}

}  // namespace
}  // namespace doodle
