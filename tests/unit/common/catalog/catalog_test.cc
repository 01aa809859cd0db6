#include <algorithm>

#include "common/catalog/class_lists.h"
#include "common/catalog/models.h"
#include "common/catalog/nearest_name.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/status_matchers.h"

namespace doodle {
namespace {

constexpr absl::string_view kFields[] = {"name", "epochs", "global_batch", "schedule"};

TEST(NearestName, FindsASlipOfTheFinger) {
  EXPECT_EQ(NearestName("epoch", kFields), "epochs");
  EXPECT_EQ(NearestName("globalbatch", kFields), "global_batch");
  EXPECT_EQ(NearestName("shcedule", kFields), "schedule");
  EXPECT_EQ(NearestName("EPOCHS", kFields), "epochs");
}

// A guess that shares nothing with what was typed would only mislead.
TEST(NearestName, StaysSilentWhenNothingIsNear) {
  EXPECT_EQ(NearestName("learning_rate", kFields), "");
  EXPECT_EQ(NearestName("x", kFields), "");
  EXPECT_EQ(NearestName("", kFields), "");
  EXPECT_EQ(NearestName(std::string(100000, 'n'), kFields), "");
}

TEST(EditDistance, CountsInsertionDeletionSubstitutionAndSwap) {
  EXPECT_EQ(EditDistance("cat", "cat"), 0);
  EXPECT_EQ(EditDistance("cat", "cart"), 1);
  EXPECT_EQ(EditDistance("cart", "cat"), 1);
  EXPECT_EQ(EditDistance("cat", "cut"), 1);
  EXPECT_EQ(EditDistance("cat", "act"), 1);
  EXPECT_EQ(EditDistance("", "cat"), 3);
}

TEST(UnknownName, ListsWhatThereIsWhenNothingIsNear) {
  EXPECT_EQ(UnknownName("context", "lab", {}), "unknown context \"lab\"; there are none");
  EXPECT_EQ(UnknownName("field", "epoch", kFields), "unknown field \"epoch\", did you mean \"epochs\"?");
  EXPECT_EQ(UnknownName("field", "lr", kFields),
            "unknown field \"lr\", expected one of name, epochs, global_batch, schedule");
}

TEST(ShownText, IsShortAndOnOneLine) {
  EXPECT_EQ(ShownText("a\nb"), "a\\nb");
  EXPECT_EQ(ShownText(std::string(41, 'x')), std::string(40, 'x') + "...");
  EXPECT_EQ(ShownText(std::string(39, 'x') + "日本"), std::string(39, 'x') + "...");
}

TEST(ClassLists, HaveTheirSizesAreSortedAndNested) {
  const auto google = Google345Classes();
  const auto kaggle = Kaggle340Classes();
  EXPECT_EQ(google.size(), 345u);
  EXPECT_EQ(kaggle.size(), 340u);
  EXPECT_TRUE(std::is_sorted(google.begin(), google.end()));
  EXPECT_TRUE(std::is_sorted(kaggle.begin(), kaggle.end()));
  EXPECT_EQ(std::adjacent_find(google.begin(), google.end()), google.end());
  EXPECT_TRUE(std::includes(google.begin(), google.end(), kaggle.begin(), kaggle.end()));
  for (absl::string_view left_out : {"aircraft carrier", "knife", "lighter", "rifle", "syringe"}) {
    EXPECT_TRUE(std::binary_search(google.begin(), google.end(), left_out)) << left_out;
    EXPECT_FALSE(std::binary_search(kaggle.begin(), kaggle.end(), left_out)) << left_out;
  }
}

TEST(ClassLists, AreFoundByName) {
  ASSERT_TRUE(FindClassList("kaggle340").has_value());
  EXPECT_EQ(FindClassList("kaggle340")->back(), "zigzag");
  EXPECT_EQ(FindClassList("google345")->size(), 345u);
  EXPECT_FALSE(FindClassList("all").has_value());
}

// The published counts of torchvision and timm.
TEST(Models, CountParametersAsPublished) {
  ASSERT_OK_AND_ASSIGN(const ModelEntry resnet18, FindModel("resnet18"));
  EXPECT_EQ(resnet18.Parameters(3, 1000), 11689512);
  EXPECT_EQ(resnet18.Parameters(3, 340), 11350932);
  ASSERT_OK_AND_ASSIGN(const ModelEntry smallcnn, FindModel("smallcnn"));
  // Three 3x3 convolutions without bias, a scale and a shift per channel, one linear layer.
  const int64_t convolutions = 9 * (1 * 32 + 32 * 64 + 64 * 128);
  EXPECT_EQ(smallcnn.Parameters(1, 10), convolutions + 2 * (32 + 64 + 128) + 128 * 10 + 10);
}

TEST(Models, AnUnknownNameGetsTheNearest) {
  EXPECT_THAT(FindModel("resnet-18"),
              StatusIs(absl::StatusCode::kNotFound, "unknown model \"resnet-18\", did you mean \"resnet18\"?"));
}

TEST(Models, AreListedByName) {
  EXPECT_TRUE(std::is_sorted(Models().begin(), Models().end(),
                             [](const ModelEntry& a, const ModelEntry& b) { return a.name < b.name; }));
}

}  // namespace
}  // namespace doodle
