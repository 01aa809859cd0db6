#include "common/shard/column_codec.h"

#include <string>

#include "gtest/gtest.h"
#include "tests/testing/status_matchers.h"

namespace doodle {
namespace {

TEST(ColumnCodec, ColumnsOfAnyKindComeBackInTheirOrder) {
  const std::string noise = "\x01\x7f\x33\xee";
  const std::string zeros(5000, '\0');
  std::string bytes;
  for (const std::string& column : {std::string(), noise, zeros}) ASSERT_THAT(AppendColumn(column, bytes), IsOk());
  EXPECT_LT(bytes.size(), 40U);
  ByteReader in(bytes);
  for (const std::string& column : {std::string(), noise, zeros}) {
    ASSERT_OK_AND_ASSIGN(const std::string back, TakeColumn(in, 5000));
    EXPECT_EQ(back, column);
  }
  EXPECT_TRUE(in.AtEnd());
}

// A column of zeros that claims to be huge must not be unpacked first.
TEST(ColumnCodec, AColumnAboveTheLimitIsRefused) {
  std::string bytes;
  ASSERT_THAT(AppendColumn(std::string(5000, '\0'), bytes), IsOk());
  ByteReader in(bytes);
  EXPECT_THAT(TakeColumn(in, 4999), StatusIs(absl::StatusCode::kDataLoss));
}

TEST(ColumnCodec, ACutColumnIsRefused) {
  std::string bytes;
  ASSERT_THAT(AppendColumn(std::string(5000, 'x'), bytes), IsOk());
  for (size_t length = 0; length < bytes.size(); ++length) {
    ByteReader in(absl::string_view(bytes).substr(0, length));
    EXPECT_THAT(TakeColumn(in, 5000), StatusIs(absl::StatusCode::kDataLoss)) << length;
  }
}

}  // namespace
}  // namespace doodle
