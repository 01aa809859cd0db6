#include "worker/predict/predictor.h"

#include <algorithm>

#include "absl/strings/str_split.h"
#include "common/weights/safetensors.h"
#include "common/weights/torch_archive.h"
#include "gmock/gmock.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temporary_directory.h"
#include "worker/model/state_dict.h"
#include "worker/predict/model_export.h"
#include "worker/predict/weight_file.h"

namespace doodle {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;

// Real drawings, 370 of cats and 370 of houses.
constexpr char kCats[] = "tests/data/quickdraw/strokes/cat.ndjson.gz";
constexpr char kHouses[] = "tests/data/quickdraw/strokes/house.ndjson.gz";

void Ignore(uint64_t, uint64_t) {}

class PredictorTest : public ::testing::Test {
 protected:
  void SetUp() override { ASSERT_THAT(WriteModel({"cat", "house", "The Eiffel Tower", "tree"}), IsOk()); }

  absl::Status WriteModel(std::vector<std::string> classes) {
    ModelMetadata metadata{.arch = "smallcnn", .classes = std::move(classes), .raster = {.size = 16}};
    auto model = CreateModel("smallcnn", 1, static_cast<int64_t>(metadata.classes.size()), 5);
    if (!model.ok()) return model.status();
    auto tensors = ToNamedTensors(StateDict(**model));
    if (!tensors.ok()) return tensors.status();
    return WriteFileAtomically(files_, model_, SerializeSafetensors({*tensors, MetadataToMap(metadata)}));
  }

  PredictOptions Options() const {
    return {.model = model_,
            .inputs = {kHouses, kCats},
            .output = directory_.File("out.csv"),
            .probabilities = directory_.File("out.npy")};
  }

  std::vector<std::string> Lines(const std::string& path) {
    return absl::StrSplit(*ReadFile(files_, path), '\n', absl::SkipEmpty());
  }

  FileSystem& files_ = LocalFileSystem();
  TemporaryDirectory directory_;
  const std::string model_ = directory_.File("m.safetensors");
};

// The file that the competition's page describes, a line per drawing in input order.
TEST_F(PredictorTest, SubmissionHasThreeGuessesForEveryDrawing) {
  uint64_t last = 0;
  uint64_t total = 0;
  ASSERT_OK_AND_ASSIGN(uint64_t drawings,
                       Predict(files_, Options(), [&](uint64_t done, uint64_t all) { last = done, total = all; }));
  EXPECT_EQ(last, total);
  std::vector<std::string> lines = Lines(Options().output);
  ASSERT_EQ(lines.size(), drawings + 1);
  EXPECT_EQ(lines[0], "key_id,word");
  const std::string word = "(cat|house|The_Eiffel_Tower|tree)";
  for (size_t i = 1; i < lines.size(); ++i) {
    EXPECT_THAT(lines[i], MatchesRegex("[0-9]+," + word + " " + word + " " + word));
  }

  PredictOptions swapped = Options();
  swapped.inputs = {kCats, kHouses};
  swapped.batch = 7;
  ASSERT_THAT(Predict(files_, swapped, Ignore), IsOk());
  std::vector<std::string> other = Lines(swapped.output);
  ASSERT_EQ(other.size(), lines.size());
  EXPECT_NE(other[1], lines[1]);
  std::ranges::sort(other);
  std::ranges::sort(lines);
  EXPECT_EQ(other, lines);  // Neither order nor batches change an answer.
}

// The probabilities stayed behind when the guesses could not be written.
TEST_F(PredictorTest, BothFilesAppearOrNeither) {
  PredictOptions options = Options();
  options.inputs = {kCats};
  options.output = directory_.File("folder");
  ASSERT_THAT(files_.MakeDirectories(options.output + "/full"), IsOk());
  EXPECT_FALSE(Predict(files_, options, Ignore).ok());
  EXPECT_FALSE(files_.Exists(options.probabilities));
}

// float32 [drawings, classes] as NumPy reads it, each row a distribution.
TEST_F(PredictorTest, ProbabilitiesAreNumPys) {
  ASSERT_OK_AND_ASSIGN(uint64_t drawings, Predict(files_, Options(), Ignore));
  ASSERT_OK_AND_ASSIGN(std::string npy, ReadFile(files_, Options().probabilities));
  EXPECT_EQ(npy.substr(0, 8), std::string("\x93NUMPY\1\0", 8));
  EXPECT_THAT(npy.substr(10, 118),
              HasSubstr("'descr': '<f4', 'fortran_order': False, 'shape': (" + std::to_string(drawings) + ", 4)"));
  ASSERT_EQ(npy.size(), 128 + drawings * 4 * sizeof(float));
  const float* rows = reinterpret_cast<const float*>(npy.data() + 128);
  for (uint64_t i = 0; i < drawings; ++i) {
    EXPECT_NEAR(rows[4 * i] + rows[4 * i + 1] + rows[4 * i + 2] + rows[4 * i + 3], 1, 1e-5);
  }
}

// One model, three files: the same answers to the last bit.
TEST_F(PredictorTest, ExportsGiveTheSameProbabilities) {
  ASSERT_THAT(Predict(files_, Options(), Ignore), IsOk());
  ASSERT_OK_AND_ASSIGN(const std::string expected, ReadFile(files_, Options().probabilities));
  for (const char* name : {"e.safetensors", "e.pth"}) {
    ASSERT_OK_AND_ASSIGN(std::vector<std::string> written, ExportModel(files_, model_, directory_.File(name)));
    EXPECT_EQ(written[0], directory_.File(name));
    PredictOptions options = Options();
    options.model = written[0];
    ASSERT_THAT(Predict(files_, options, Ignore), IsOk());
    ASSERT_OK_AND_ASSIGN(std::string actual, ReadFile(files_, options.probabilities));
    EXPECT_TRUE(actual == expected) << name;
  }
  EXPECT_THAT(ExportModel(files_, model_, directory_.File("e.onnx")), StatusIs(absl::StatusCode::kInvalidArgument));
}

// Weights that do not say what they are of are refused, in either format.
TEST_F(PredictorTest, WeightsWithoutMetadataAreRefused) {
  ASSERT_OK_AND_ASSIGN(WeightFile weights, ReadWeightFile(files_, model_));
  const std::string bare = directory_.File("bare.safetensors");
  ASSERT_THAT(WriteFileAtomically(files_, bare, SerializeSafetensors({weights.tensors, {}})), IsOk());
  EXPECT_THAT(LoadModel(files_, bare).status(), StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("arch")));
  const std::string pth = directory_.File("bare.pth");
  ASSERT_THAT(WriteFileAtomically(files_, pth, SerializeTorchArchive({weights.tensors, {}})), IsOk());
  EXPECT_THAT(LoadModel(files_, pth).status(), StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("bare.json")));
  EXPECT_THAT(LoadModel(files_, directory_.File("none")).status(), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(LoadModel(files_, kCats).status(), StatusIs(absl::StatusCode::kInvalidArgument));
}

// Ten classes said, four given: named by the tensor.
TEST_F(PredictorTest, WeightsOfAnotherShapeAreRefused) {
  ASSERT_OK_AND_ASSIGN(WeightFile weights, ReadWeightFile(files_, model_));
  weights.metadata.classes.push_back("fifth");
  ASSERT_THAT(
      WriteFileAtomically(files_, model_, SerializeSafetensors({weights.tensors, MetadataToMap(weights.metadata)})),
      IsOk());
  EXPECT_THAT(LoadModel(files_, model_).status(), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("fc.weight")));
}

TEST_F(PredictorTest, EvaluationCountsEveryLabeledDrawing) {
  ASSERT_OK_AND_ASSIGN(RankingMetrics metrics,
                       EvaluateDrawings(files_, {.model = model_, .inputs = {kCats, kHouses}}, Ignore));
  ASSERT_OK_AND_ASSIGN(uint64_t drawings, Predict(files_, Options(), Ignore));
  EXPECT_EQ(metrics.count, static_cast<double>(drawings));
  EXPECT_LE(metrics.top1, metrics.map3);
  EXPECT_LE(metrics.map3, metrics.top3);

  // The same from the submission, houses first: how often the first word is right.
  ASSERT_OK_AND_ASSIGN(RankingMetrics of_houses,
                       EvaluateDrawings(files_, {.model = model_, .inputs = {kHouses}}, Ignore));
  const auto houses = static_cast<size_t>(of_houses.count);
  double right = 0;
  std::vector<std::string> lines = Lines(Options().output);
  for (size_t i = 1; i < lines.size(); ++i) {
    std::vector<std::string> fields = absl::StrSplit(lines[i], absl::ByAnyChar(", "));
    right += fields[1] == (i <= houses ? "house" : "cat") ? 1 : 0;
  }
  EXPECT_NEAR(metrics.top1, right / metrics.count, 1e-9);
}

// A model that was never taught a word cannot be judged by it.
TEST_F(PredictorTest, UnknownWordsAreNamed) {
  ASSERT_THAT(WriteModel({"cat", "tree", "fish"}), IsOk());
  EXPECT_THAT(EvaluateDrawings(files_, {.model = model_, .inputs = {kHouses}}, Ignore),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("\"house\"")));
}

// A line that cannot be read leaves no answer file behind.
TEST_F(PredictorTest, ABadLineStopsThePrediction) {
  const std::string bad = directory_.File("bad.ndjson");
  ASSERT_THAT(WriteFileAtomically(files_, bad, "{\"key_id\": \"1\", \"drawing\": [[[0, 300], [0, 0]]]}\n"), IsOk());
  PredictOptions options = Options();
  options.inputs = {bad};
  EXPECT_THAT(Predict(files_, options, Ignore),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("bad.ndjson:1")));
  EXPECT_FALSE(files_.Exists(options.output));
}

}  // namespace
}  // namespace doodle
