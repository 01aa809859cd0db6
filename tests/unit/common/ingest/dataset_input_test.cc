#include <string>
#include <vector>

#include "common/ingest/ingest.h"
#include "common/shard/dataset_verifier.h"
#include "gtest/gtest.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temporary_directory.h"
#include "tests/unit/common/ingest/test_files.h"

namespace doodle {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr char kStrokes[] = "tests/data/quickdraw/strokes";
constexpr char kPairs[] = "tests/data/quickdraw/pairs/simplified.ndjson.gz";

class DatasetInput : public ::testing::Test {
 protected:
  std::string File(const std::string& name) const { return directory_.File(name); }

  absl::StatusOr<IngestReport> Run(std::vector<std::string> inputs, const std::string& output,
                                   DrawingFilter filter = {}) {
    IngestOptions options;
    options.inputs = std::move(inputs);
    options.output = File(output);
    options.filter = std::move(filter);
    return Ingest(LocalFileSystem(), options);
  }

  TemporaryDirectory directory_;
};

TEST_F(DatasetInput, DatasetsMergeToWhatTheirFilesWouldGive) {
  ASSERT_THAT(Run({kStrokes}, "a"), IsOk());
  ASSERT_THAT(Run({kPairs}, "b"), IsOk());
  ASSERT_OK_AND_ASSIGN(const IngestReport merged, Run({File("a"), File("b")}, "merged"));
  ASSERT_OK_AND_ASSIGN(const IngestReport direct, Run({kPairs, kStrokes}, "direct"));
  EXPECT_EQ(merged.manifest, direct.manifest);
  EXPECT_EQ(merged.lines, 3914U);
  ASSERT_OK_AND_ASSIGN(const IngestReport mixed, Run({kPairs, File("a")}, "mixed"));
  EXPECT_EQ(mixed.manifest, direct.manifest);
}

TEST_F(DatasetInput, AClassFilterAndALimitKeepTheLowestHashesOfEachClass) {
  ASSERT_OK_AND_ASSIGN(const IngestReport two, Run({kStrokes}, "two", {.classes = {"cat", "apple"}}));
  EXPECT_THAT(two.manifest.classes, ElementsAre("apple", "cat"));
  EXPECT_EQ(two.manifest.drawings, 727U);
  EXPECT_EQ(two.filtered, 3614U - 727U);
  ASSERT_OK_AND_ASSIGN(const IngestReport few, Run({File("two")}, "few", {.limit_per_class = 100}));
  EXPECT_THAT(few.manifest.shards[0].per_class, ElementsAre(100, 100));
  ASSERT_OK_AND_ASSIGN(const IngestReport at_once,
                       Run({kStrokes}, "at-once", {.classes = {"cat", "apple"}, .limit_per_class = 100}));
  EXPECT_EQ(few.manifest, at_once.manifest);
}

TEST_F(DatasetInput, UnknownIsNeitherRecognizedNorNot) {
  const auto line = [](const std::string& key, const std::string& recognized) {
    return R"({"word":"cat",)" + recognized + R"("key_id":")" + key + R"(","drawing":[[[1],[2]]]})" + "\n";
  };
  WriteText(File("in.ndjson"), line("1", R"("recognized":true,)") + line("2", R"("recognized":false,)") +
                                   line("3", R"("recognized":false,)") + line("4", ""));
  for (const auto& [choice, expected] :
       {std::pair{RecognizedChoice::kAny, 4U}, {RecognizedChoice::kTrue, 1U}, {RecognizedChoice::kFalse, 2U}}) {
    ASSERT_OK_AND_ASSIGN(const IngestReport report,
                         Run({File("in.ndjson")}, "out" + std::to_string(expected), {.recognized = choice}));
    EXPECT_EQ(report.manifest.drawings, expected);
  }
}

TEST_F(DatasetInput, AFilterThatNothingPassesOrThatNamesNoClassFails) {
  EXPECT_THAT(Run({kStrokes}, "out", {.recognized = RecognizedChoice::kTrue}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("passes the filter")));
  EXPECT_THAT(Run({kStrokes}, "out", {.classes = {"unicorn"}}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("unicorn")));
  EXPECT_THAT(
      Run({kStrokes}, "out", {.classes = {"aple"}}),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(R"(no drawing of "aple", did you mean "apple"?)")));
  EXPECT_THAT(Run({kStrokes}, "out", {.classes = {"cat", "cat"}}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("named twice")));
  EXPECT_THAT(Run({kStrokes}, "out", {.limit_per_class = 0}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("limit_per_class")));
}

// The shard is not even opened: what it would say is in the manifest.
TEST_F(DatasetInput, AClassThatNoDatasetHasIsReportedBeforeTheyAreRead) {
  ASSERT_THAT(Run({kStrokes}, "a"), IsOk());
  WriteText(File("a/shard-00000.dds"), "damaged");
  EXPECT_THAT(Run({File("a")}, "out", {.classes = {"unicorn"}}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("unicorn")));
}

TEST_F(DatasetInput, ADamagedDatasetFailsWithShardAndBlock) {
  ASSERT_THAT(Run({kStrokes}, "a"), IsOk());
  std::string bytes = *ReadFile(LocalFileSystem(), File("a/shard-00000.dds"));
  bytes[1000] ^= 1;
  WriteText(File("a/shard-00000.dds"), bytes);
  EXPECT_THAT(Run({File("a")}, "out"),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("shard-00000.dds: block 0: bad checksum")));
}

}  // namespace
}  // namespace doodle
