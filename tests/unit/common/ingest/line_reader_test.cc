#include "common/ingest/line_reader.h"

#include <algorithm>
#include <cstring>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "tests/testing/status_matchers.h"

namespace doodle {
namespace {

using ::testing::ElementsAre;

// Hands out a text in pieces of random size.
class TextSource : public ByteSource {
 public:
  TextSource(std::string text, uint64_t seed) : text_(std::move(text)), random_(seed) {}

  absl::StatusOr<size_t> Read(char* out, size_t size) override {
    const size_t count = std::min({size, text_.size() - at_, size_t{1 + random_() % 7}});
    std::memcpy(out, text_.data() + at_, count);
    at_ += count;
    return count;
  }
  uint64_t bytes_read() const override { return at_; }

 private:
  const std::string text_;
  std::mt19937_64 random_;
  size_t at_ = 0;
};

std::vector<std::string> Lines(const std::string& text, uint64_t seed, size_t limit = 1000) {
  LineReader reader(std::make_unique<TextSource>(text, seed), limit, 8);
  std::vector<std::string> lines;
  Line line;
  while (*reader.Next(line)) {
    EXPECT_EQ(line.number, lines.size() + 1);
    lines.push_back(line.too_long ? "(too long)" : std::string(line.text));
  }
  return lines;
}

TEST(LineReader, LinesComeOutWholeHoweverTheBytesArrive) {
  for (uint64_t seed = 0; seed < 50; ++seed) {
    EXPECT_THAT(Lines("", seed), ElementsAre());
    EXPECT_THAT(Lines("a", seed), ElementsAre("a"));
    EXPECT_THAT(Lines("a\n", seed), ElementsAre("a"));
    EXPECT_THAT(Lines("\n\nabc def ghi jkl mno\r\nx\r\n\r\ny", seed),
                ElementsAre("", "", "abc def ghi jkl mno", "x", "", "y"));
  }
}

TEST(LineReader, ALineAboveTheLimitIsSkippedAndTheNextOneRead) {
  const std::string ten = "0123456789";
  for (uint64_t seed = 0; seed < 50; ++seed) {
    EXPECT_THAT(Lines("a\n" + ten + "\n" + ten + "\r\n" + ten + "x\nb\n", seed, 10),
                ElementsAre("a", ten, ten, "(too long)", "b"));
    EXPECT_THAT(Lines(std::string(500, 'x') + "\nb\n" + std::string(500, 'y'), seed, 10),
                ElementsAre("(too long)", "b", "(too long)"));
  }
}

}  // namespace
}  // namespace doodle
