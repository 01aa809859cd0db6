#include "common/ingest/stroke_array_file.h"

#include <cmath>
#include <string>
#include <vector>

#include "common/drawing/raw_points.h"
#include "common/ingest/drawing_reader.h"
#include "gtest/gtest.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temporary_directory.h"
#include "tests/unit/common/ingest/test_archives.h"
#include "tests/unit/common/ingest/test_files.h"
#include "tests/unit/common/ingest/test_pickles.h"

namespace doodle {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

NumberArray Rows(std::vector<double> values) { return {{values.size() / 3, 3}, std::move(values)}; }

TEST(StrokesOfArray, StepsBecomePlacesAndALiftedPenEndsAStroke) {
  Drawing drawing;
  ASSERT_THAT(StrokesOfArray(Rows({-100, 50, 0, 255, 0, 1, 0, 200, 0, -255, 0, 0}), drawing), IsOk());
  EXPECT_THAT(drawing.stroke_lengths, ElementsAre(2, 2));
  EXPECT_THAT(drawing.x, ElementsAre(0, 255, 255, 0));
  EXPECT_THAT(drawing.y, ElementsAre(0, 0, 200, 200));
  EXPECT_FALSE(drawing.has_times() || drawing.is_raw());
}

TEST(StrokesOfArray, TheLargerSideIsScaledTo255) {
  Drawing drawing;
  ASSERT_THAT(StrokesOfArray(Rows({3, 3, 0, 510, 0, 0, 0, 101, 1}), drawing), IsOk());
  EXPECT_THAT(drawing.x, ElementsAre(0, 255, 255));
  EXPECT_THAT(drawing.y, ElementsAre(0, 0, 51));  // 50.5, half up.
  ASSERT_THAT(StrokesOfArray(Rows({40, 50, 1}), drawing), IsOk());
  EXPECT_THAT(drawing.x, ElementsAre(0));
}

TEST(StrokesOfArray, WhatIsNoDrawingIsRefused) {
  Drawing drawing;
  const auto refused = [&](const NumberArray& array, const std::string& reason) {
    EXPECT_THAT(StrokesOfArray(array, drawing), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(reason)));
  };
  refused({{2, 2}, {1, 2, 3, 4}}, "[points, 3]");
  refused({{3}, {1, 2, 3}}, "[points, 3]");
  refused({{0, 3}, {}}, "no strokes");
  refused(Rows({1, 2, 0.5}), "point 0: pen");
  refused(Rows({1, 2, 0, std::nan(""), 0, 1}), "point 1: more than");
  refused(Rows({1e6, 2, 0, 1, 0, 1}), "point 1: more than");
  refused({{65537, 3}, std::vector<double>(3 * 65537)}, "more than 65536 points");
}

TEST(KeyOfStrokes, HasTheTopBitAndDependsOnWordAndStrokes) {
  Drawing drawing;
  drawing.word = "cat";
  drawing.stroke_lengths = {2, 1};
  drawing.x = {1, 2, 3};
  drawing.y = {4, 5, 6};
  const uint64_t key = KeyOfStrokes(drawing);
  EXPECT_EQ(key, 0x8000000000000000ULL | key);
  EXPECT_EQ(key, KeyOfStrokes(drawing));
  Drawing other = drawing;
  other.word = "dog";
  EXPECT_NE(KeyOfStrokes(other), key);
  other = drawing;
  other.stroke_lengths = {1, 2};
  EXPECT_NE(KeyOfStrokes(other), key);
}

// Drawings of an archive; the last of `out` may be an error.
absl::StatusOr<std::vector<Drawing>> ReadAll(const std::string& path) {
  const auto reader = DrawingReader::Open({path});
  if (!reader.ok()) return reader.status();
  std::vector<Drawing> out;
  for (Drawing drawing; true;) {
    const auto more = (*reader)->Next(drawing);
    if (!more.ok()) return more.status();
    if (!*more) return out;
    out.push_back(drawing);
  }
}

// Moved and scaled: simplification can have taken the outermost points of a drawing.
Drawing AsStrokeArray(Drawing drawing) {
  drawing.raw_x.assign(drawing.x.begin(), drawing.x.end());
  drawing.raw_y.assign(drawing.y.begin(), drawing.y.end());
  FitToGrid(drawing);
  drawing.raw_x.clear();
  drawing.raw_y.clear();
  drawing.fit = {};
  drawing.key_id = KeyOfStrokes(drawing);
  return drawing;
}

// The first 20 bundled cats, as numpy 2.4 writes them: by savez_compressed (protocol 4), and in protocol 2.
TEST(StrokeArrayFile, ArchivesThatNumpyWroteHaveTheDrawingsOfTheirSource) {
  ASSERT_OK_AND_ASSIGN(auto cats, ReadAll("tests/data/quickdraw/strokes/cat.ndjson.gz"));
  cats.resize(20);
  for (const char* const name : {"cat.full.npz", "sketchrnn_cat.npz"}) {
    ASSERT_OK_AND_ASSIGN(const auto drawings, ReadAll(std::string("tests/data/quickdraw/npz/") + name));
    ASSERT_EQ(drawings.size(), cats.size()) << name;
    for (size_t i = 0; i < cats.size(); ++i) {
      const Drawing expected = AsStrokeArray(cats[i]);
      EXPECT_EQ(drawings[i], expected) << name << " " << i;
    }
  }
}

class Npz : public ::testing::Test {
 protected:
  // The whole archive cat.npz with one member of `arrays`.
  absl::StatusOr<std::vector<Drawing>> Read(const std::string& npy) {
    WriteZip(directory_.File("cat.npz"), {{"train.npy", npy}});
    return ReadAll(directory_.File("cat.npz"));
  }
  TemporaryDirectory directory_;
};

TEST_F(Npz, APickleAsPython2WroteItIsRead) {
  ASSERT_OK_AND_ASSIGN(const auto drawings, Read(PickledStrokes({{{255, 7, 0}, {-255, 0, 1}}, {{1, 2, 1}}})));
  ASSERT_EQ(drawings.size(), 2U);
  EXPECT_EQ(drawings[0].word, "cat");
  EXPECT_THAT(drawings[0].x, ElementsAre(255, 0));
  EXPECT_GE(drawings[1].key_id, uint64_t{1} << 63);
}

TEST_F(Npz, ABadDrawingIsNamedAndTheNextOneRead) {
  WriteZip(directory_.File("cat.npz"), {{"train.npy", PickledStrokes({{{1, 2, 5}}, {{1, 2, 1}}})}});
  const auto reader = *DrawingReader::Open({directory_.File("cat.npz")});
  EXPECT_THAT(reader->Next(),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("cat.npz:train.npy:1: point 0: ")));
  EXPECT_THAT(reader->Next(), IsOk());
  EXPECT_FALSE((*reader->Next()).has_value());
}

TEST_F(Npz, AGlobalThatIsNoArrayIsRefusedByNameAndNothingIsCalled) {
  std::string npy = PickledStrokes({{{1, 2, 1}}});
  const std::string global = "cnumpy\nndarray\n";
  npy.replace(npy.find(global), global.size(), "cposix\nsystem\n");
  EXPECT_THAT(Read(npy), StatusIs(absl::StatusCode::kPermissionDenied,
                                  AllOf(HasSubstr("cat.npz:train.npy: "), HasSubstr("names posix.system"))));
}

TEST_F(Npz, AnOpcodeThatBuildsObjectsIsRefused) {
  for (const char opcode : {'i', 'o', '\x81', '\x92', 'P', 'Q', '\x82', '}', '\x8f'}) {
    const std::string npy = NpyHeaderText("|O", "(1,)") + "\x80\x02" + opcode;
    EXPECT_THAT(Read(npy), StatusIs(absl::StatusCode::kPermissionDenied, HasSubstr("opcode 0x"))) << opcode;
  }
}

TEST_F(Npz, AnArrayOfOtherNumbersIsABadRecordAndOneOfOtherThingsEndsTheFile) {
  std::string npy = PickledStrokes({{{1, 2, 1}}});
  npy.replace(npy.find("U\x02i2"), 4,
              "U\x02"
              "c8");
  EXPECT_THAT(Read(npy), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("array of c8")));
  EXPECT_THAT(Read(NpyHeaderText("|O", "(1,)") + "\x80\x02]K\x01" + "a."),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("other things than arrays")));
  EXPECT_THAT(Read(NpyHeaderText("|O", "(1, 2)") + "\x80\x02]."),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("not a list of arrays")));
}

TEST_F(Npz, FewerArraysThanAnnouncedAreDataLoss) {
  EXPECT_THAT(Read(PickledStrokes({{{1, 2, 1}}}, 2)), StatusIs(absl::StatusCode::kDataLoss, HasSubstr("1 arrays")));
  EXPECT_THAT(Read(PickledStrokes({{{1, 2, 1}}}) + "x"), StatusIs(absl::StatusCode::kDataLoss, HasSubstr("after")));
}

// A pickle that would fill the memory, or the call stack when it is destroyed.
TEST_F(Npz, HostileDepthAndWidthEndAtTheBounds) {
  const std::string start = NpyHeaderText("|O", "(1,)") + "\x80\x02";
  EXPECT_THAT(Read(start + std::string(100'000, 'N')), StatusIs(absl::StatusCode::kDataLoss, HasSubstr("values")));
  EXPECT_THAT(Read(start + std::string(100'000, '(')), StatusIs(absl::StatusCode::kDataLoss, HasSubstr("marks")));
  EXPECT_THAT(Read(start + ")" + std::string(100'000, '\x85')),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("tuples in tuples")));
  EXPECT_THAT(Read(start + "T\xff\xff\xff\x7f"), StatusIs(absl::StatusCode::kDataLoss, HasSubstr("more than 2097152")));
  std::string texts = start;
  for (int i = 0; i < 5; ++i) texts += std::string("T\0\0\x10\0", 5) + std::string(1 << 20, 'x');
  EXPECT_THAT(Read(texts), StatusIs(absl::StatusCode::kDataLoss, HasSubstr("bytes at once")));
  std::string tuples = start;
  for (int i = 0; i < 100; ++i) tuples += "(" + std::string(3000, 'N') + "t";
  EXPECT_THAT(Read(tuples), StatusIs(absl::StatusCode::kDataLoss, HasSubstr("bytes at once")));
  EXPECT_THAT(Read(start + "NN((NNe"), StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_THAT(Read(start + "](K\x01K\x02" + "ae"), StatusIs(absl::StatusCode::kDataLoss));
}

TEST_F(Npz, AFileCutAnywhereIsDataLoss) {
  const std::string npy = PickledStrokes({{{1, 2, 0}, {3, 4, 1}}});
  for (size_t size = 6; size < npy.size(); ++size) {
    EXPECT_THAT(Read(npy.substr(0, size)), StatusIs(absl::StatusCode::kDataLoss)) << size;
  }
}

}  // namespace
}  // namespace doodle
