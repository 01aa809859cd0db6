#include "common/weights/safetensors.h"

#include <cstring>

#include "gmock/gmock.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temporary_directory.h"

namespace doodle {
namespace {

using ::testing::HasSubstr;

TensorFile SmallFile() {
  return {.tensors = {{"bias", TensorType::kF32, {2}, std::string("\0\0\x80\x3f\0\0\0\x40", 8)},
                      {"flags", TensorType::kBool, {3}, std::string("\1\0\1", 3)},
                      {"count", TensorType::kI64, {}, std::string("\7\0\0\0\0\0\0\0", 8)},
                      {"empty", TensorType::kF16, {0, 4}, ""}},
          .metadata = {{"format", "pt"}, {"classes", "[\"The Eiffel Tower\"]"}}};
}

std::string WithHeader(const std::string& json, const std::string& data) {
  uint64_t length = json.size();
  std::string bytes(8, '\0');
  std::memcpy(bytes.data(), &length, 8);
  return bytes + json + data;
}

// What is written is what is read, in the same order.
TEST(SafetensorsTest, RoundTripKeepsTensorsOrderAndMetadata) {
  ASSERT_OK_AND_ASSIGN(TensorFile file, ParseSafetensors(SerializeSafetensors(SmallFile())));
  EXPECT_EQ(file.tensors, SmallFile().tensors);
  EXPECT_EQ(file.metadata, SmallFile().metadata);
}

// Readers that map the file need aligned tensors: wide types come first and the data begins at a multiple of 8.
TEST(SafetensorsTest, EveryTensorIsAligned) {
  std::string bytes = SerializeSafetensors(SmallFile());
  uint64_t length = 0;
  std::memcpy(&length, bytes.data(), 8);
  EXPECT_EQ(length % 8, 0u);
  EXPECT_EQ(bytes.substr(8 + length, 8), SmallFile().tensors[2].data);  // "count", the only 8-byte type.
  EXPECT_EQ(bytes.size(), 8 + length + 8 + 8 + 3);
}

// The bytes of the format's own description, written by hand.
TEST(SafetensorsTest, ReadsAHandWrittenFile) {
  ASSERT_OK_AND_ASSIGN(TensorFile file, ParseSafetensors(WithHeader(
                                            R"({"a":{"dtype":"U8","shape":[1,2],"data_offsets":[0,2]}}   )", "xy")));
  EXPECT_EQ(file.tensors, (std::vector<NamedTensor>{{"a", TensorType::kU8, {1, 2}, "xy"}}));
}

TEST(SafetensorsTest, BrokenFilesAreDataLoss) {
  const std::string good = R"({"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}})";
  const std::pair<std::string, std::string> cases[] = {
      {"short", "shorter than its length field"},
      {WithHeader("[1]", ""), "not a JSON object"},
      {WithHeader("{", ""), "not a JSON object"},
      {WithHeader(good, "x"), "holds 1 bytes"},
      {WithHeader(good, "xyz"), "holds 3 bytes"},
      {WithHeader(R"({"a":{"dtype":"U8","shape":[3],"data_offsets":[0,2]}})", "xy"), "a: safetensors: data_offsets"},
      {WithHeader(R"({"a":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}})", "xyz"), "hole"},
      {WithHeader(R"({"a":{"dtype":"U8","shape":[-2],"data_offsets":[0,2]}})", "xy"), "not an object of"},
      {WithHeader(R"({"a":{"dtype":"U9","shape":[2],"data_offsets":[0,2]}})", "xy"), "unknown dtype U9"},
      {WithHeader(R"({"a":{"dtype":"F64","shape":[4294967296,4294967296,16],"data_offsets":[0,0]}})", ""), "shape"},
      {WithHeader(R"({"__metadata__":{"a":1}})", ""), "__metadata__"},
  };
  for (const auto& [bytes, message] : cases) {
    EXPECT_THAT(ParseSafetensors(bytes), StatusIs(absl::StatusCode::kDataLoss, HasSubstr(message)));
  }
}

// A length field over 100 MB is refused before anything is allocated for it.
TEST(SafetensorsTest, HugeHeaderIsRefused) {
  std::string bytes = std::string("\xff\xff\xff\xff\xff\0\0\0", 8) + "{}";
  EXPECT_THAT(ParseSafetensors(bytes), StatusIs(absl::StatusCode::kDataLoss, HasSubstr("100 MB")));
}

// No prefix of a file is taken for a file.
TEST(SafetensorsTest, EveryTruncationIsNoticed) {
  std::string bytes = SerializeSafetensors(SmallFile());
  for (size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_THAT(ParseSafetensors(bytes.substr(0, size)), StatusIs(absl::StatusCode::kDataLoss)) << size;
  }
}

TEST(SafetensorsTest, ReadNamesThePath) {
  TemporaryDirectory directory;
  ASSERT_THAT(WriteFileAtomically(LocalFileSystem(), directory.File("m.safetensors"), "x"), IsOk());
  EXPECT_THAT(ReadSafetensors(LocalFileSystem(), directory.File("m.safetensors")),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("m.safetensors: ")));
  EXPECT_THAT(ReadSafetensors(LocalFileSystem(), directory.File("none")), StatusIs(absl::StatusCode::kNotFound));
}

}  // namespace
}  // namespace doodle
