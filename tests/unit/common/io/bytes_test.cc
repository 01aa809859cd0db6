#include "common/io/bytes.h"

#include <string>

#include "gtest/gtest.h"

namespace doodle {
namespace {

TEST(Bytes, VarintsOfEveryLengthComeBack) {
  for (int bits = 0; bits < 64; ++bits) {
    for (const uint64_t value : {(uint64_t{1} << bits) - 1, uint64_t{1} << bits, ~uint64_t{0} >> bits}) {
      std::string bytes;
      PutVarint(bytes, value);
      ByteReader in(bytes);
      EXPECT_EQ(in.Varint(), value);
      EXPECT_TRUE(in.AtEnd());
    }
  }
}

TEST(Bytes, AVarintThatEndsEarlyOrExceeds64BitsIsRefused) {
  for (const std::string& bytes : {std::string("\x80"), std::string(10, '\xff'), std::string(9, '\x80') + "\x02"}) {
    ByteReader in(bytes);
    in.Varint();
    EXPECT_FALSE(in.ok());
  }
}

TEST(Bytes, FixedIntegersAreLittleEndian) {
  std::string bytes;
  PutFixed<uint32_t>(bytes, 0x01020304);
  EXPECT_EQ(bytes, "\x04\x03\x02\x01");
  EXPECT_EQ(ByteReader(bytes).Fixed<uint32_t>(), 0x01020304U);
}

TEST(Bytes, TakesNumbersOfEitherSignAndLines) {
  std::string bytes;
  PutFixed<int32_t>(bytes, -2);
  bytes += "one\n\nend";
  ByteReader in(bytes);
  EXPECT_EQ(in.Fixed<int32_t>(), -2);
  EXPECT_EQ(in.Line(), "one");
  EXPECT_EQ(in.Line(), "");
  EXPECT_TRUE(in.ok());
  EXPECT_EQ(in.Line(), "");
  EXPECT_FALSE(in.ok());
}

}  // namespace
}  // namespace doodle
