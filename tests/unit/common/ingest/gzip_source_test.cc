#include "common/ingest/gzip_source.h"

#include <zlib.h>

#include <algorithm>
#include <memory>
#include <random>
#include <string>
#include <utility>

#include "gtest/gtest.h"
#include "tests/testing/status_matchers.h"

namespace doodle {
namespace {

// Bytes in memory, a few at a time.
class Dribble final : public ByteSource {
 public:
  Dribble(std::string bytes, size_t at_a_time) : bytes_(std::move(bytes)), at_a_time_(at_a_time) {}

  absl::StatusOr<size_t> Read(char* out, size_t size) override {
    const size_t count = std::min({size, at_a_time_, bytes_.size() - offset_});
    bytes_.copy(out, count, offset_);
    offset_ += count;
    return count;
  }
  uint64_t bytes_read() const override { return offset_; }

 private:
  const std::string bytes_;
  const size_t at_a_time_;
  size_t offset_ = 0;
};

// One gzip member by zlib: the files that people have are not ISA-L's.
std::string Gzip(const std::string& text, int level = 6) {
  z_stream stream{};
  deflateInit2(&stream, level, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, text.size()) + 32, '\0');
  std::string in = text;
  stream.next_in = reinterpret_cast<Bytef*>(in.data());
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

absl::StatusOr<std::string> Unpack(const std::string& packed, size_t in = 1 << 20, size_t out = 4096) {
  const auto source = UnpackGzip(std::make_unique<Dribble>(packed, in));
  std::string text;
  std::string piece(out, '\0');
  while (true) {
    const auto count = source->Read(piece.data(), piece.size());
    if (!count.ok()) return count.status();
    if (*count == 0) return text;
    text.append(piece, 0, *count);
  }
}

std::string SomeText(size_t numbers, uint64_t seed) {
  std::mt19937_64 random(seed);
  std::string text;
  for (size_t i = 0; i < numbers; ++i) text += std::to_string(random() % 256) + ",";
  return text;
}

// Members end and begin at any place of a piece of input and of a piece of output.
TEST(GzipSource, MembersOfEachKindFollowOneAnotherWhateverThePiecesAre) {
  std::string text, packed;
  for (size_t member = 0; member < 60; ++member) {
    const std::string part = SomeText(member * member % 97, member);
    text += part;
    packed += Gzip(part, static_cast<int>(member % 10));
  }
  for (const size_t in : {1, 2, 3, 5, 7, 8, 9, 13, 64, 1000, 1 << 20}) {
    for (const size_t out : {1, 2, 3, 64, 1000, 1 << 20}) {
      ASSERT_OK_AND_ASSIGN(const std::string unpacked, Unpack(packed, in, out));
      ASSERT_EQ(unpacked, text) << in << " bytes in, " << out << " bytes out";
    }
  }
}

TEST(GzipSource, AMemberLargerThanAllBuffersIsRead) {
  const std::string text = SomeText(500'000, 1) + std::string(3 << 20, 'a');
  ASSERT_OK_AND_ASSIGN(const std::string unpacked, Unpack(Gzip(text) + Gzip("end"), 1 << 20, 300'000));
  EXPECT_EQ(unpacked, text + "end");
}

TEST(GzipSource, AFileCutAnywhereIsDataLossButNotBetweenMembers) {
  const std::string first = Gzip(SomeText(50, 1));
  const std::string packed = first + Gzip(SomeText(50, 2));
  for (size_t size = 1; size < packed.size(); ++size) {
    const auto unpacked = Unpack(packed.substr(0, size));
    if (size == first.size()) {
      EXPECT_THAT(unpacked, IsOk());
    } else {
      EXPECT_THAT(unpacked, StatusIs(absl::StatusCode::kDataLoss)) << size;
    }
  }
}

// A flip can be in a bit that says nothing of the text: the header's time, the fill before the checksum, a copy of the
// same bytes from another place.
TEST(GzipSource, AFlippedBitNeverGivesOtherBytes) {
  const std::string text = SomeText(300, 3);
  const std::string packed = Gzip(text);
  size_t refused = 0;
  for (size_t bit = 0; bit < 8 * packed.size(); ++bit) {
    std::string damaged = packed;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << bit % 8));
    const auto unpacked = Unpack(damaged);
    if (unpacked.ok()) {
      EXPECT_EQ(*unpacked, text) << bit;
    } else {
      EXPECT_THAT(unpacked, StatusIs(absl::StatusCode::kDataLoss)) << bit;
      ++refused;
    }
  }
  EXPECT_GT(refused, 7 * packed.size());
}

TEST(GzipSource, OtherBytesBehindAMemberAreDataLoss) {
  EXPECT_THAT(Unpack(Gzip("cat") + "dog, which is no gzip"), StatusIs(absl::StatusCode::kDataLoss));
}

}  // namespace
}  // namespace doodle
