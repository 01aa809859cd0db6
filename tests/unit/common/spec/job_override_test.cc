#include <string>

#include "common/spec/field_path.h"
#include "common/spec/job_yaml.h"
#include "common/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/status_matchers.h"

namespace doodle {
namespace {

using ::testing::ElementsAre;

v1::JobSpec TwoStages() {
  v1::JobSpec spec;
  spec.add_stages()->set_name("first");
  spec.add_stages()->set_name("second");
  spec.mutable_raster()->set_size(64);
  spec.mutable_raster()->set_line_width(2);
  return spec;
}

void ExpectError(const std::string& assignment, const std::string& message) {
  v1::JobSpec spec = TwoStages();
  EXPECT_THAT(ApplyOverride(spec, assignment), StatusIs(absl::StatusCode::kInvalidArgument, message));
  EXPECT_EQ(spec.SerializeAsString(), TwoStages().SerializeAsString()) << "a refused override left a trace";
}

TEST(ApplyOverride, SetsAFieldOfAStageByBracketOrDot) {
  v1::JobSpec spec = TwoStages();
  EXPECT_THAT(ApplyOverride(spec, "stages[0].epochs=3"), IsOk());
  EXPECT_THAT(ApplyOverride(spec, "stages.1.epochs=4"), IsOk());
  EXPECT_EQ(spec.stages(0).epochs(), 3u);
  EXPECT_EQ(spec.stages(1).epochs(), 4u);
  EXPECT_EQ(spec.stages(1).name(), "second");
}

TEST(ApplyOverride, SetsThroughBlocksThatAreNotThereYet) {
  v1::JobSpec spec;
  EXPECT_THAT(ApplyOverride(spec, "optimizer.ema.decay=0.99"), IsOk());
  EXPECT_EQ(spec.optimizer().ema().decay(), 0.99);
  EXPECT_THAT(ApplyOverride(spec, "dataset=file:///a=b"), IsOk());
  EXPECT_EQ(spec.dataset(), "file:///a=b");
}

TEST(ApplyOverride, ReplacesAListOrASelectionWhole) {
  v1::JobSpec spec;
  spec.mutable_data()->mutable_classes()->set_named("kaggle340");
  EXPECT_THAT(ApplyOverride(spec, "data.classes=[cat, The Eiffel Tower]"), IsOk());
  EXPECT_EQ(spec.data().classes().named(), "");
  EXPECT_THAT(spec.data().classes().list(), ElementsAre("cat", "The Eiffel Tower"));
  EXPECT_THAT(ApplyOverride(spec, "data.classes=all"), IsOk());
  EXPECT_EQ(spec.data().classes().list_size(), 0);
  EXPECT_EQ(spec.data().classes().named(), "all");
}

TEST(ApplyOverride, ReplacesABlockWhole) {
  v1::JobSpec spec = TwoStages();
  EXPECT_THAT(ApplyOverride(spec, "raster={size: 32}"), IsOk());
  EXPECT_EQ(spec.raster().size(), 32u);
  EXPECT_FALSE(spec.raster().has_line_width());
}

TEST(ApplyOverride, NullClears) {
  v1::JobSpec spec = TwoStages();
  EXPECT_THAT(ApplyOverride(spec, "raster.size=null"), IsOk());
  EXPECT_FALSE(spec.raster().has_size());
  EXPECT_THAT(ApplyOverride(spec, "stages="), IsOk());
  EXPECT_EQ(spec.stages_size(), 0);
}

TEST(ApplyOverride, AppendsAtTheEndAndReplacesInPlace) {
  v1::JobSpec spec = TwoStages();
  EXPECT_THAT(ApplyOverride(spec, "stages[2].name=third"), IsOk());
  EXPECT_THAT(ApplyOverride(spec, "stages[0]={name: zeroth}"), IsOk());
  ASSERT_EQ(spec.stages_size(), 3);
  EXPECT_EQ(spec.stages(0).name(), "zeroth");
  EXPECT_EQ(spec.stages(1).name(), "second");
  EXPECT_EQ(spec.stages(2).name(), "third");
  spec.mutable_loss()->add_class_weights(1);
  EXPECT_THAT(ApplyOverride(spec, "loss.class_weights[1]=2"), IsOk());
  EXPECT_THAT(ApplyOverride(spec, "loss.class_weights[0]=3"), IsOk());
  EXPECT_THAT(spec.loss().class_weights(), ElementsAre(3, 2));
}

TEST(ApplyOverride, RefusesWithPathAndReason) {
  ExpectError("stages[0].epoch=3", "--set: stages[0].epoch: unknown field \"epoch\", did you mean \"epochs\"?");
  ExpectError("stages[0].epochs=many",
              "--set: stages[0].epochs: expected a whole number from 0 to 4294967295, such as `epochs: 8`, got many");
  ExpectError("stages[5].epochs=3", "--set: stages[5]: the list has 2 elements");
  ExpectError("stages.epochs=3", "--set: stages: is a list: write an index, such as [0]");
  ExpectError("seed[0]=3", "--set: seed: is not a list");
  ExpectError("seed.value=3", "--set: seed: has no fields");
  ExpectError("data.classes.list=[cat]", "--set: data.classes: has no fields");
  ExpectError("seed", "--set \"seed\": expected FIELD=VALUE, such as stages[0].epochs=3");
  ExpectError("=3", "--set: \"\" is not the path of a field, such as stages[0].epochs");
  ExpectError("stages[0.epochs=3", "--set: \"stages[0.epochs\" is not the path of a field, such as stages[0].epochs");
  ExpectError("stages[x].epochs=3", "--set: \"stages[x].epochs\" is not the path of a field, such as stages[0].epochs");
}

TEST(ParseFieldPath, TakesBothFormsOfAnIndex) {
  ASSERT_OK_AND_ASSIGN(const auto brackets, ParseFieldPath("stages[12].raster.size"));
  ASSERT_OK_AND_ASSIGN(const auto dots, ParseFieldPath("stages.12.raster.size"));
  EXPECT_EQ(brackets, dots);
  EXPECT_THAT(brackets, ElementsAre(PathSegment{"stages", {}}, PathSegment{"", 12}, PathSegment{"raster", {}},
                                    PathSegment{"size", {}}));
}

}  // namespace
}  // namespace doodle
