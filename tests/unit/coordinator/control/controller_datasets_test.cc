#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/shard/dataset_writer.h"
#include "tests/testing/status_matchers.h"
#include "tests/unit/coordinator/control/fake_cluster.h"

namespace doodle {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;

class ControllerDatasetsTest : public ::testing::Test {
 protected:
  // One drawing of `word` in train; the path of its dataset.
  std::string WriteDataset(const std::string& name, const std::string& word) {
    const std::string path = cluster_.directory.File(name);
    auto writer = DatasetWriter::Create(LocalFileSystem(), path, {.classes = {word}});
    EXPECT_THAT(writer, IsOk());
    EXPECT_THAT((*writer)->BeginSplit("train"), IsOk());
    Drawing drawing;
    drawing.key_id = 1;
    drawing.word = word;
    drawing.stroke_lengths = {2};
    drawing.x = {0, 255};
    drawing.y = {0, 255};
    EXPECT_THAT((*writer)->Append(drawing), IsOk());
    EXPECT_THAT((*writer)->Finish(), IsOk());
    return path;
  }

  FakeCluster cluster_;
};

TEST_F(ControllerDatasetsTest, KnowsARegisteredDatasetAfterARestart) {
  const std::string path = WriteDataset("one", "cat");
  ASSERT_OK_AND_ASSIGN(const v1::Dataset made, cluster_.controller->RegisterDataset("animals", path));
  EXPECT_EQ(made.drawings(), 1u);
  EXPECT_EQ(made.classes(), 1u);
  EXPECT_EQ(made.splits().at("train"), 1u);
  cluster_.Restart();
  ASSERT_OK_AND_ASSIGN(const v1::Dataset found, cluster_.controller->GetDataset("animals"));
  EXPECT_EQ(found.SerializeAsString(), made.SerializeAsString());
  EXPECT_THAT(cluster_.controller->ListDatasets(), SizeIs(1));
  EXPECT_EQ(cluster_.controller->DatasetUri("animals"), path);
  EXPECT_EQ(cluster_.controller->DatasetUri("/elsewhere"), "/elsewhere");
}

// The same content may move; the name never comes to mean other content.
TEST_F(ControllerDatasetsTest, RefusesOtherContentUnderAKnownName) {
  ASSERT_THAT(cluster_.controller->RegisterDataset("animals", WriteDataset("one", "cat")), IsOk());
  const std::string moved = WriteDataset("moved", "cat");
  ASSERT_THAT(cluster_.controller->RegisterDataset("animals", moved), IsOk());
  EXPECT_THAT(cluster_.controller->RegisterDataset("animals", WriteDataset("other", "dog")),
              StatusIs(absl::StatusCode::kAlreadyExists, HasSubstr(moved)));
  EXPECT_EQ(cluster_.controller->DatasetUri("animals"), moved);
}

TEST_F(ControllerDatasetsTest, RefusesARelativePath) {
  EXPECT_THAT(cluster_.controller->RegisterDataset("animals", "data/animals"),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("uri")));
}

TEST_F(ControllerDatasetsTest, DoesNotKnowWhatWasNotRegistered) {
  EXPECT_THAT(cluster_.controller->GetDataset("animals"), StatusIs(absl::StatusCode::kNotFound, HasSubstr("animals")));
  EXPECT_THAT(cluster_.controller->RegisterDataset("animals", cluster_.directory.File("none")),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("animals")));
}

}  // namespace
}  // namespace doodle
