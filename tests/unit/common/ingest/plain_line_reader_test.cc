#include "common/ingest/plain_line_reader.h"

#include <string>

#include "common/ingest/line_reader.h"
#include "common/ingest/ndjson_parser.h"
#include "gtest/gtest.h"
#include "tests/testing/status_matchers.h"
#include "tests/unit/common/ingest/mutator.h"

namespace doodle {
namespace {

using ::testing::ElementsAre;

constexpr char kGoogles[] =
    R"({"word":"The Eiffel Tower","countrycode":"VE","timestamp":"2017-03-02 23:25:10.07453 UTC","recognized":true,)"
    R"("key_id":"5201136883597312","drawing":[[[130,113,0,7,99,10,100],[72,40,255,200,199,9,250]],[[7],[8]]]})";

// What lies behind a line is the next one, or whatever was in the buffer.
std::string WithPadding(const std::string& line, const std::string& behind) {
  std::string padded = line + behind;
  padded.resize(line.size() + kLinePadding, '\0');
  return padded;
}

bool Read(const std::string& line, Drawing& drawing, const std::string& behind = "\n{") {
  PlainLineReader reader;
  drawing = {};
  const std::string padded = WithPadding(line, behind);
  return reader.Read(absl::string_view(padded).substr(0, line.size()), drawing);
}

TEST(PlainLineReader, ReadsGooglesLine) {
  Drawing drawing;
  ASSERT_TRUE(Read(kGoogles, drawing));
  EXPECT_EQ(drawing.word, "The Eiffel Tower");
  EXPECT_EQ(drawing.country_code, "VE");
  EXPECT_EQ(drawing.timestamp_ms, 1488497110074);
  EXPECT_EQ(drawing.recognized, Drawing::Recognized::kTrue);
  EXPECT_EQ(drawing.key_id, 5201136883597312U);
  EXPECT_THAT(drawing.stroke_lengths, ElementsAre(7, 1));
  EXPECT_THAT(drawing.x, ElementsAre(130, 113, 0, 7, 99, 10, 100, 7));
  EXPECT_THAT(drawing.y, ElementsAre(72, 40, 255, 200, 199, 9, 250, 8));
}

TEST(PlainLineReader, ReadsALineWithBlanksAsPythonWritesIt) {
  Drawing drawing;
  ASSERT_TRUE(Read(R"({"drawing": [[[1, 22, 133], [4, 5, 6]], [[7, 8], [9, 10]]], "key_id": "7"})", drawing));
  EXPECT_THAT(drawing.stroke_lengths, ElementsAre(3, 2));
  EXPECT_THAT(drawing.x, ElementsAre(1, 22, 133, 7, 8));
  EXPECT_THAT(drawing.y, ElementsAre(4, 5, 6, 9, 10));
}

TEST(PlainLineReader, EachNumberOfTheGridIsExactAndItsNeighborsAreRefused) {
  Drawing drawing;
  for (int number = 0; number < 1100; ++number) {
    const std::string text = std::to_string(number);
    const bool read = Read(R"({"key_id":"1","drawing":[[[)" + text + "],[0]]]}", drawing);
    ASSERT_EQ(read, number <= 255) << number;
    if (read) {
      EXPECT_EQ(drawing.x.front(), number);
    }
    EXPECT_FALSE(Read(R"({"key_id":"1","drawing":[[[0)" + text + "],[0]]]}", drawing)) << number;
  }
}

TEST(PlainLineReader, AnyOtherByteInANumberIsRefused) {
  Drawing drawing;
  for (int byte = 0; byte < 256; ++byte) {
    if (byte >= '0' && byte <= '9') continue;
    for (std::string number : {"123", "12", "1"}) {
      for (size_t at = 0; at < number.size(); ++at) {
        std::string damaged = number;
        damaged[at] = static_cast<char>(byte);
        if (damaged[0] == ' ' && damaged.size() > 1) continue;        // One blank before a number is legal.
        if (byte == ',' && at == 1 && damaged.size() == 3) continue;  // "1,3" are two numbers, refused for their y.
        EXPECT_FALSE(Read(R"({"key_id":"1","drawing":[[[)" + damaged + "],[0]]]}", drawing)) << byte << " " << at;
      }
    }
  }
}

// The rest of the list is there, but behind the line's end.
TEST(PlainLineReader, ALineThatIsCutIsRefusedWhateverLiesBehindIt) {
  const std::string line = kGoogles;
  Drawing drawing;
  for (size_t size = 0; size < line.size(); ++size) {
    EXPECT_FALSE(Read(line.substr(0, size), drawing, line.substr(size))) << size;
  }
  EXPECT_TRUE(Read(line, drawing, "]]]]]]}}}}"));
}

TEST(PlainLineReader, ListsOfAnyLengthAreReadAcrossItsBlocks) {
  std::string numbers = "0";
  for (int length = 1; length < 300; ++length, numbers += "," + std::to_string((length - 1) * 7 % 256)) {
    Drawing drawing;
    ASSERT_TRUE(Read(R"({"key_id":"1","drawing":[[[)" + numbers + "],[" + numbers + "]]]}", drawing)) << length;
    ASSERT_EQ(drawing.points(), static_cast<size_t>(length));
    EXPECT_EQ(drawing.x, drawing.y);
    EXPECT_EQ(drawing.x.back(), (length - 1) * 7 % 256);
  }
}

absl::Status Parse(const std::string& line, const std::string& behind, Drawing& drawing) {
  NdjsonParser parser;
  const std::string padded = WithPadding(line, behind);
  return parser.Parse(absl::string_view(padded).substr(0, line.size()), drawing);
}

// A blank before a line changes nothing for NdjsonParser, but makes it a line that is not plain.
TEST(PlainLineReader, ADamagedLineGivesWhatTheJsonParserGives) {
  const std::string csv = R"({"word":"cat","key_id":"123","drawing":[[[1, 22, 133], [4, 5, 6]], [[7, 8], [9, 10]]]})";
  Mutator mutator(11);
  Drawing drawing;
  int plain = 0;
  for (int i = 0; i < 30'000; ++i) {
    const std::string line = mutator.Damage(i % 2 == 0 ? kGoogles : csv);
    const std::string behind = i % 3 == 0 ? "]]]}" : i % 3 == 1 ? "\n{\"word\"" : "0,1]],[[";
    plain += static_cast<int>(Read(line, drawing, behind));
    Drawing expected, found;
    const absl::Status careful = Parse(" " + line, behind, expected);
    const absl::Status status = Parse(line, behind, found);
    ASSERT_EQ(status, careful) << line;
    if (status.ok()) {
      ASSERT_EQ(found, expected) << line;
    }
  }
  EXPECT_GT(plain, 300);  // The damage was to a number or a word.
}

}  // namespace
}  // namespace doodle
