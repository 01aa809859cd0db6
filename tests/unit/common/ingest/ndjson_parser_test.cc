#include "common/ingest/ndjson_parser.h"

#include <random>
#include <string>

#include "common/ingest/line_reader.h"
#include "gtest/gtest.h"
#include "tests/testing/status_matchers.h"

namespace doodle {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

absl::StatusOr<Drawing> Parse(NdjsonParser& parser, std::string line) {
  const size_t length = line.size();
  line.append(kLinePadding, '\0');
  Drawing drawing;
  const absl::Status status = parser.Parse(absl::string_view(line.data(), length), drawing);
  if (!status.ok()) return status;
  return drawing;
}

absl::StatusOr<Drawing> Parse(const std::string& line) {
  NdjsonParser parser;
  return Parse(parser, line);
}

TEST(NdjsonParser, ReadsAllSixKeysOfGooglesLine) {
  ASSERT_OK_AND_ASSIGN(
      const Drawing drawing,
      Parse(R"({"word":"The Eiffel Tower","countrycode":"VE","timestamp":"2017-03-02 23:25:10.07453 UTC",)"
            R"("recognized":true,"key_id":"5201136883597312","drawing":[[[130,113,0],[72,40,255]],[[7],[8]]]})"));
  EXPECT_EQ(drawing.word, "The Eiffel Tower");
  EXPECT_EQ(drawing.country_code, "VE");
  EXPECT_EQ(drawing.timestamp_ms, 1488497110074);
  EXPECT_EQ(drawing.recognized, Drawing::Recognized::kTrue);
  EXPECT_EQ(drawing.key_id, 5201136883597312U);
  EXPECT_THAT(drawing.stroke_lengths, ElementsAre(3, 1));
  EXPECT_THAT(drawing.x, ElementsAre(130, 113, 0, 7));
  EXPECT_THAT(drawing.y, ElementsAre(72, 40, 255, 8));
}

TEST(NdjsonParser, ReadsAnUnlabeledLineWithOnlyKeyAndStrokesInAnyOrder) {
  ASSERT_OK_AND_ASSIGN(const Drawing drawing,
                       Parse(R"( {"drawing":[[[1,2],[3,4]]] , "extra":{"a":[1]}, "key_id":7} )"));
  EXPECT_EQ(drawing.key_id, 7U);
  EXPECT_EQ(drawing.word, "");
  EXPECT_EQ(drawing.recognized, Drawing::Recognized::kUnknown);
  EXPECT_EQ(drawing.timestamp_ms, 0);
}

TEST(NdjsonParser, KeysBeyondTwoToThe53AreExact) {
  for (const char* key : {"18446744073709551615", "9007199254740993"}) {
    const std::string rest = R"(,"drawing":[[[1],[3]]]})";
    ASSERT_OK_AND_ASSIGN(const Drawing text, Parse(std::string(R"({"key_id":")") + key + "\"" + rest));
    EXPECT_EQ(std::to_string(text.key_id), key);
    ASSERT_OK_AND_ASSIGN(const Drawing number, Parse(std::string(R"({"key_id":)") + key + rest));
    EXPECT_EQ(std::to_string(number.key_id), key);
  }
}

TEST(NdjsonParser, NothingOfTheLineBeforeStays) {
  NdjsonParser parser;
  ASSERT_THAT(Parse(parser, R"({"word":"cat","countrycode":"DE","recognized":false,"key_id":1,"drawing":[[[1],[2]]]})"),
              IsOk());
  ASSERT_OK_AND_ASSIGN(const Drawing second, Parse(parser, R"({"key_id":2,"drawing":[[[3],[4]]]})"));
  Drawing expected;
  expected.key_id = 2;
  expected.stroke_lengths = {1};
  expected.x = {3};
  expected.y = {4};
  EXPECT_EQ(second, expected);
}

TEST(NdjsonParser, EachKindOfBadLineIsRefusedWithItsReason) {
  const struct {
    const char* line;
    const char* reason;
  } cases[] = {
      {R"(cat)", "JSON"},
      {R"([1])", "not a JSON object"},
      {R"({"key_id":"1","drawing":[[[1],[2]]])", "JSON"},
      {R"({"key_id":"1","drawing":[[[1],[2]]]} {})", "after the JSON object"},
      {"{\"key_id\":\"1\",\"word\":\"\xff\",\"drawing\":[[[1],[2]]]}", "UTF-8"},
      {R"({"drawing":[[[1],[2]]]})", "no key_id"},
      {R"({"key_id":"1"})", "no drawing"},
      {R"({"key_id":"12x","drawing":[[[1],[2]]]})", "\"12x\" is not a number"},
      {R"({"key_id":"","drawing":[[[1],[2]]]})", "not a number"},
      {R"({"key_id":"18446744073709551616","drawing":[[[1],[2]]]})", "not a number"},
      {R"({"key_id":-1,"drawing":[[[1],[2]]]})", "not a number"},
      {R"({"key_id":1.5,"drawing":[[[1],[2]]]})", "not a number"},
      {R"({"key_id":null,"drawing":[[[1],[2]]]})", "not a number"},
      {R"({"key_id":"1","drawing":[]})", "no strokes"},
      {R"({"key_id":"1","drawing":7})", "not a list"},
      {R"({"key_id":"1","drawing":null})", "not a list"},
      {R"({"key_id":"1","drawing":[[[1],[2]],[[],[]]]})", "stroke 1: is empty"},
      {R"({"key_id":"1","drawing":[[[1,2],[2]]]})", "stroke 0: 2 x but 1 y"},
      {R"({"key_id":"1","drawing":[[[1]]]})", "stroke 0: not a pair"},
      {R"({"key_id":"1","drawing":[[1,2]]})", "stroke 0: not a pair"},
      {R"({"key_id":"1","drawing":[3]})", "stroke 0: not a pair"},
      {R"({"key_id":"1","drawing":[[[1,2],[2,3],[0]]]})", "stroke 0: 2 points but 1 times"},
      {R"({"key_id":"1","drawing":[[[1],[2],["0"]]]})", "a time is not a number"},
      {R"({"key_id":"1","drawing":[[[1],[2],[1e9]]]})", "longer than a day"},
      {R"({"key_id":"1","drawing":[[[1],[2],[0]],[[],[],[]]]})", "stroke 1: is empty"},
      {R"({"key_id":"1","drawing":[[[1],[2]]],"drawing":[[[1],[2]]]})", "two drawings"},
      {R"({"key_id":"1","drawing":[[[256],[2]]]})", "256 is not in 0..255"},
      {R"({"key_id":"1","drawing":[[[1],[-2]]]})", "-2 is not in 0..255"},
      {R"({"key_id":"1","drawing":[[[1.5],[2]]]})", "not a whole number"},
      {R"({"key_id":"1","drawing":[[[NaN],[2]]]})", "not a whole number"},
      {R"({"key_id":"1","drawing":[[["1"],[2]]]})", "not a whole number"},
      {R"({"key_id":"1","word":"","drawing":[[[1],[2]]]})", "word is empty"},
      {R"({"key_id":"1","word":"a\nb","drawing":[[[1],[2]]]})", "control"},
      {R"({"key_id":"1","word":5,"drawing":[[[1],[2]]]})", "word is not text"},
      {R"({"key_id":"1","recognized":"yes","drawing":[[[1],[2]]]})", "recognized"},
      {R"({"key_id":"1","countrycode":"DEU","drawing":[[[1],[2]]]})", "country"},
      {R"({"key_id":"1","timestamp":"yesterday","drawing":[[[1],[2]]]})", "timestamp \"yesterday\""},
  };
  for (const auto& bad : cases) {
    EXPECT_THAT(Parse(bad.line), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(bad.reason))) << bad.line;
  }
}

TEST(NdjsonParser, ARawLineIsSimplifiedAndKeepsTheTimesOfItsPoints) {
  ASSERT_OK_AND_ASSIGN(const Drawing drawing,
                       Parse(R"({"key_id":"1","drawing":[[[-10.5,40.5,40.5],[7,7,58],[0,40,90]],[[15],[7],[200]]]})"));
  EXPECT_THAT(drawing.stroke_lengths, ElementsAre(3, 2));  // A lone point is doubled.
  EXPECT_THAT(drawing.x, ElementsAre(0, 255, 255, 128, 128));
  EXPECT_THAT(drawing.y, ElementsAre(0, 0, 255, 0, 0));
  EXPECT_THAT(drawing.times_ms, ElementsAre(0, 40, 90, 200, 200));
}

// Real drawings have such steps: they are legal, set to the time before, and counted once a drawing.
TEST(NdjsonParser, ATimeThatRunsBackIsClampedAndMarked) {
  NdjsonParser parser;
  ASSERT_OK_AND_ASSIGN(const Drawing drawing,
                       Parse(parser, R"({"key_id":"1","drawing":[[[0,9],[0,0],[50,20]],[[0,9],[9,9],[-3,60]]]})"));
  EXPECT_THAT(drawing.times_ms, ElementsAre(50, 50, 50, 60));
  EXPECT_TRUE(drawing.times_clamped);
  ASSERT_OK_AND_ASSIGN(const Drawing sound, Parse(parser, R"({"key_id":"1","drawing":[[[0,9],[0,0],[50,70]]]})"));
  EXPECT_FALSE(sound.times_clamped);
}

TEST(NdjsonParser, PointsStayAsDrawnWhereThatIsWanted) {
  NdjsonParser parser(PointsKind::kRaw);
  ASSERT_OK_AND_ASSIGN(
      const Drawing drawing,
      Parse(parser, R"({"key_id":"1","drawing":[[[100,150.5,149],[-20,-20,30],[0,9,8]],[[610.25],[7],[12]]]})"));
  EXPECT_THAT(drawing.raw_x, ElementsAre(100, 150.5F, 149, 610.25F));
  EXPECT_THAT(drawing.raw_y, ElementsAre(-20, -20, 30, 7));
  EXPECT_THAT(drawing.times_ms, ElementsAre(0, 9, 9, 12));
  EXPECT_THAT(drawing.stroke_lengths, ElementsAre(3, 1));
  EXPECT_THAT(drawing.x, ElementsAre(0, 25, 24, 255));
  EXPECT_THAT(drawing.y, ElementsAre(0, 0, 25, 13));
  EXPECT_TRUE(drawing.times_clamped);
}

TEST(NdjsonParser, ASimplifiedLineIsOfTheWrongKindWherePointsAsDrawnAreWanted) {
  NdjsonParser parser(PointsKind::kRaw);
  EXPECT_THAT(Parse(parser, R"({"key_id":"1","drawing":[[[0,2],[0,0]]]})"),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("raw points are wanted")));
  EXPECT_THAT(Parse(parser, R"({"key_id":"1","drawing":[[[0,2],[0]]]})"),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("2 x but 1 y")));
  EXPECT_THAT(Parse(parser, R"({"key_id":"1","drawing":[[[0,2],[0,1],[0,3]]]})"), IsOk());
}

TEST(NdjsonParser, RawAndSimplifiedLinesMayFollowOneAnother) {
  NdjsonParser parser;
  for (int round = 0; round < 2; ++round) {
    ASSERT_OK_AND_ASSIGN(const Drawing raw, Parse(parser, R"({"key_id":"1","drawing":[[[0,2],[0,0],[0,7]]]})"));
    EXPECT_THAT(raw.x, ElementsAre(0, 255));
    EXPECT_TRUE(raw.has_times());
    ASSERT_OK_AND_ASSIGN(const Drawing simplified, Parse(parser, R"({"key_id":"1","drawing":[[[0,2],[0,0]]]})"));
    EXPECT_THAT(simplified.x, ElementsAre(0, 2));
    EXPECT_FALSE(simplified.has_times());
    EXPECT_THAT(Parse(parser, R"({"key_id":"1","drawing":[[[0,2000000],[0,0],[0,7]]]})"),
                StatusIs(absl::StatusCode::kInvalidArgument));
  }
}

TEST(NdjsonParser, ADrawingOfTooManyPointsIsRefused) {
  std::string numbers = "1";
  for (int i = 0; i < 70'000; ++i) numbers += ",1";
  EXPECT_THAT(Parse(R"({"key_id":"1","drawing":[[[)" + numbers + "],[" + numbers + "]]]}"),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("more than 65536 points")));
}

// Lines changed at random are refused or read, never more than that; one parser goes through all of them.
TEST(NdjsonParser, MutatedLinesNeitherCrashNorStick) {
  const std::string good =
      R"({"word":"cat","countrycode":"VE","timestamp":"2017-03-02 23:25:10.07453 UTC","recognized":true,)"
      R"("key_id":"5201136883597312","drawing":[[[130,113],[72,40]],[[7],[8]]]})";
  constexpr char kBytes[] = "[]{}\",:0-.eE\\ n\xff\x01";
  NdjsonParser parser;
  std::mt19937_64 random(5);
  int refused = 0;
  for (int i = 0; i < 20'000; ++i) {
    std::string line = good;
    for (uint64_t edits = 1 + random() % 3; edits > 0; --edits) {
      const size_t at = random() % line.size();
      switch (random() % 4) {
        case 0:
          line[at] = kBytes[random() % (sizeof(kBytes) - 1)];
          break;
        case 1:
          line.erase(at, 1 + random() % 10);
          break;
        case 2:
          line.insert(at, 1, kBytes[random() % (sizeof(kBytes) - 1)]);
          break;
        default:
          line.insert(at, line.substr(random() % line.size(), random() % 20));
      }
      if (line.empty()) line = "x";
    }
    const auto drawing = Parse(parser, line);
    if (!drawing.ok()) {
      ++refused;
      ASSERT_THAT(drawing, StatusIs(absl::StatusCode::kInvalidArgument)) << line;
    }
  }
  EXPECT_GT(refused, 10'000);
  EXPECT_THAT(Parse(parser, good), IsOk());
}

}  // namespace
}  // namespace doodle
