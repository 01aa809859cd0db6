#include "worker/predict/submission.h"

#include "gmock/gmock.h"

namespace doodle {
namespace {

using ::testing::ElementsAre;

TEST(LargestIndicesTest, BestFirstAndTiesByIndex) {
  const std::vector<float> values = {0.1f, 0.4f, 0.4f, 0.0f, 0.1f};
  EXPECT_THAT(LargestIndices(values, 3), ElementsAre(1, 2, 0));
  EXPECT_THAT(LargestIndices(values, 9), ElementsAre(1, 2, 0, 4, 3));
}

TEST(SubmissionBuilderTest, WordsAreWrittenAsTheCompetitionWantsThem) {
  const std::vector<std::string> classes = {"cat", "The Eiffel Tower", "hot air balloon", "a,\"b\""};
  SubmissionBuilder submission(classes);
  submission.Add(9000003627287624, std::vector<float>{0.2f, 0.5f, 0.3f, 0.0f});
  submission.Add(18446744073709551615ULL, std::vector<float>{0.0f, 0.1f, 0.2f, 0.7f});
  EXPECT_EQ(submission.Finish(),
            "key_id,word\n"
            "9000003627287624,The_Eiffel_Tower hot_air_balloon cat\n"
            "18446744073709551615,\"a,\"\"b\"\" hot_air_balloon The_Eiffel_Tower\"\n");
}

// With two classes there are two guesses.
TEST(SubmissionBuilderTest, FewerClassesThanGuesses) {
  const std::vector<std::string> classes = {"cat", "dog"};
  SubmissionBuilder submission(classes);
  submission.Add(1, std::vector<float>{0.4f, 0.6f});
  EXPECT_EQ(submission.Finish(), "key_id,word\n1,dog cat\n");
}

TEST(NpyBuilderTest, HeaderIsAlignedAndSaysTheShape) {
  NpyBuilder matrix(2);
  matrix.Add(std::vector<float>{1.0f, 2.0f});
  std::string bytes = matrix.Finish();
  EXPECT_EQ(bytes.size(), 128 + 8u);
  EXPECT_EQ(bytes.substr(0, 10), std::string("\x93NUMPY\1\0\x76\0", 10));
  EXPECT_EQ(bytes[127], '\n');
  EXPECT_NE(bytes.find("'shape': (1, 2), }"), std::string::npos);
}

}  // namespace
}  // namespace doodle
