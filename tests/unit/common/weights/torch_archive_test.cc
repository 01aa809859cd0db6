#include "common/weights/torch_archive.h"

#include "common/weights/stored_zip.h"
#include "gmock/gmock.h"
#include "tests/testing/status_matchers.h"

namespace doodle {
namespace {

using namespace std::string_literals;
using ::testing::HasSubstr;

TensorFile SmallFile() {
  return {.tensors = {{"layer1.0.weight", TensorType::kF32, {2, 1}, std::string("\0\0\x80\x3f\0\0\0\x40", 8)},
                      {"half", TensorType::kBf16, {2}, "abcd"},
                      {"count", TensorType::kI64, {}, std::string("\7\0\0\0\0\0\0\0", 8)},
                      {"empty", TensorType::kF64, {0, 3}, ""}}};
}

std::string Archive(const std::string& pickle, const std::string& storage = std::string("\1\2\3\4\5\6", 6)) {
  StoredZipWriter zip({});
  zip.Add("a/data.pkl", pickle);
  zip.Add("a/data/0", storage);
  return zip.Finish();
}

// {"w": a uint8 tensor of storage 0} as PyTorch pickles it; shape, strides and offset as opcodes.
std::string OneTensor(const std::string& offset, const std::string& shape, const std::string& strides) {
  using std::string_literals::operator""s;
  return "\x80\x02}(X\1\0\0\0w"s +
         "ctorch._utils\n_rebuild_tensor_v2\n((X\7\0\0\0storagectorch\nByteStorage\nX\1\0\0\0"s +
         "0X\3\0\0\0cpuK\6tQ"s + offset + shape + strides + "\x89"s + "ccollections\nOrderedDict\n)RtRu."s;
}

TEST(TorchArchiveTest, RoundTripKeepsNamesTypesShapesAndBytes) {
  ASSERT_OK_AND_ASSIGN(TensorFile file, ParseTorchArchive(SerializeTorchArchive(SmallFile())));
  EXPECT_EQ(file.tensors, SmallFile().tensors);
}

// Weights saved in channels-last order carry strides; they come back row-major.
TEST(TorchArchiveTest, StridesAreResolved) {
  using std::string_literals::operator""s;
  ASSERT_OK_AND_ASSIGN(TensorFile file, ParseTorchArchive(Archive(OneTensor("K\0"s, "K\2K\3\x86"s, "K\1K\2\x86"s))));
  EXPECT_EQ(file.tensors, (std::vector<NamedTensor>{{"w", TensorType::kU8, {2, 3}, "\1\3\5\2\4\6"}}));
}

// The content of each record begins at a multiple of 64 bytes, so that PyTorch can map it.
TEST(TorchArchiveTest, RecordsAreAligned) {
  std::string bytes = SerializeTorchArchive(SmallFile());
  ASSERT_OK_AND_ASSIGN(auto entries, ReadStoredZip(bytes));
  EXPECT_EQ(entries.size(), 7u);
  for (const auto& [name, content] : entries) EXPECT_EQ((content.data() - bytes.data()) % 64, 0) << name;
}

// A pickle that would run a command is refused by the name of what it calls.
TEST(TorchArchiveTest, CodeIsRefusedByName) {
  const std::string evil =
      "\x80\x02"
      "cposix\nsystem\n(X\2\0\0\0lstR."s;
  EXPECT_THAT(ParseTorchArchive(Archive(evil)),
              StatusIs(absl::StatusCode::kPermissionDenied, HasSubstr("posix.system")));
  std::string builtin =
      "\x80\x02"
      "cbuiltins\neval\n.";
  EXPECT_THAT(ParseTorchArchive(Archive(builtin)),
              StatusIs(absl::StatusCode::kPermissionDenied, HasSubstr("builtins.eval")));
  std::string instance =
      "\x80\x02"
      "(iposix\nsystem\n.";  // INST, a protocol 0 call.
  EXPECT_THAT(ParseTorchArchive(Archive(instance)), StatusIs(absl::StatusCode::kPermissionDenied, HasSubstr("0x69")));
}

TEST(TorchArchiveTest, TensorsThatReachPastTheirStorageAreDamaged) {
  using std::string_literals::operator""s;
  EXPECT_THAT(ParseTorchArchive(Archive(OneTensor("K\0"s, "K\7\x85"s, "K\1\x85"s))),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("larger than its storage")));
  EXPECT_THAT(ParseTorchArchive(Archive(OneTensor("K\5"s, "K\2\x85"s, "K\1\x85"s))),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("past its storage")));
  EXPECT_THAT(
      ParseTorchArchive(Archive(OneTensor("K\0"s, "K\2\x85"s, "\x8a\x08\xff\xff\xff\xff\xff\xff\xff\x7f\x85"s))),
      StatusIs(absl::StatusCode::kDataLoss, HasSubstr("past its storage")));
}

TEST(TorchArchiveTest, WhatIsNotAStateDictIsRefused) {
  EXPECT_THAT(ParseTorchArchive(Archive("\x80\x02].")), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(ParseTorchArchive(Archive("\x80\x02}X\1" + "\0\0\0wK\1s."s)),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("w: ")));
}

// No truncation and no flipped bit of a real file crashes, and none passes for the file itself.
TEST(TorchArchiveTest, DamageIsNeverTakenForTheFile) {
  const std::string bytes = SerializeTorchArchive(SmallFile());
  for (size_t size = 0; size < bytes.size(); ++size)
    EXPECT_FALSE(ParseTorchArchive(bytes.substr(0, size)).ok()) << size;
  for (size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    std::string damaged = bytes;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << (bit % 8)));
    absl::StatusOr<TensorFile> file = ParseTorchArchive(damaged);
    EXPECT_TRUE(!file.ok() || file->tensors == SmallFile().tensors) << "bit " << bit;  // Padding, dates, versions.
  }
}

}  // namespace
}  // namespace doodle
