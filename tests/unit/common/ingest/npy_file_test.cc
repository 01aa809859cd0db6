#include "common/ingest/npy_file.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temporary_directory.h"

namespace doodle {
namespace {

using ::testing::HasSubstr;

constexpr char kGoogles[] = "tests/data/quickdraw/bitmaps/bitmaps.npy";

// Version 1 of the format.
std::string Npy(const std::string& text, size_t content) {
  std::string head("\x93NUMPY\x01\x00", 8);
  head += static_cast<char>(text.size());
  head += '\0';
  return head + text + std::string(content, '\x07');
}

std::string Dictionary(const std::string& type, const std::string& shape, const std::string& order = "False") {
  return absl::StrCat("{'descr': '", type, "', 'fortran_order': ", order, ", 'shape': ", shape, ", }\n");
}

class NpyFileTest : public ::testing::Test {
 protected:
  absl::StatusOr<NpyFile> Open(const std::string& content) {
    const std::string path = directory_.File("a.npy");
    EXPECT_THAT(WriteFileAtomically(LocalFileSystem(), path, content), IsOk());
    return NpyFile::Open(LocalFileSystem(), path);
  }

  TemporaryDirectory directory_;
};

TEST_F(NpyFileTest, GooglesBitmapsAreReadByNumber) {
  ASSERT_OK_AND_ASSIGN(const NpyFile file, NpyFile::Open(LocalFileSystem(), kGoogles));
  EXPECT_EQ(file.count(), 35);
  EXPECT_EQ(file.size(), 28);
  ASSERT_OK_AND_ASSIGN(const std::string all, file.Read(0, 35));
  ASSERT_OK_AND_ASSIGN(const std::string last, file.Read(34, 1));
  EXPECT_EQ(last.size(), 784);
  EXPECT_EQ(last, all.substr(34 * 784));
  EXPECT_THAT(last, HasSubstr("\xff"));
  EXPECT_THAT(file.Read(34, 2), StatusIs(absl::StatusCode::kOutOfRange));
  EXPECT_THAT(file.Read(36, 0), StatusIs(absl::StatusCode::kOutOfRange));
}

TEST_F(NpyFileTest, SquaresOfOtherSizesAndNoneAtAllAreRead) {
  ASSERT_OK_AND_ASSIGN(const NpyFile squares, Open(Npy(Dictionary("|u1", "(3, 16, 16)"), 768)));
  EXPECT_EQ(squares.count(), 3);
  EXPECT_EQ(squares.size(), 16);
  ASSERT_OK_AND_ASSIGN(const NpyFile none, Open(Npy(Dictionary("|u1", "(0, 784)"), 0)));
  EXPECT_EQ(none.count(), 0);
}

TEST_F(NpyFileTest, ContentShorterOrLongerThanTheHeadSaysIsRefused) {
  for (const size_t bytes : {0, 783, 1567, 1569, 2352}) {
    EXPECT_THAT(Open(Npy(Dictionary("|u1", "(2, 784)"), bytes)),
                StatusIs(absl::StatusCode::kDataLoss, HasSubstr("a.npy: the head says 2 bitmaps of 28x28")));
  }
  // A count whose product with the pixels does not fit 64 bits.
  EXPECT_THAT(Open(Npy(Dictionary("|u1", "(18446744073709551615, 784)"), 784)), StatusIs(absl::StatusCode::kDataLoss));
}

TEST_F(NpyFileTest, AHeadThatIsCutOffOrNoneIsRefused) {
  const std::string whole = Npy(Dictionary("|u1", "(1, 784)"), 784);
  for (const size_t bytes : {0, 5, 9, 40}) {
    EXPECT_THAT(Open(whole.substr(0, bytes)), StatusIs(absl::StatusCode::kDataLoss, HasSubstr("a.npy")));
  }
  EXPECT_THAT(Open("GIF89a" + whole), StatusIs(absl::StatusCode::kDataLoss));
}

TEST_F(NpyFileTest, ArraysThatAreNoBitmapsAreRefusedByTypeShapeAndOrder) {
  for (const std::string type : {"<f4", "|O", "<i2"}) {
    EXPECT_THAT(Open(Npy(Dictionary(type, "(1, 784)"), 784)),
                StatusIs(absl::StatusCode::kUnimplemented, HasSubstr(type)));
  }
  for (const std::string shape : {"(784,)", "(1, 785)", "(1, 28, 27)", "(1, 0)", "()"}) {
    EXPECT_THAT(Open(Npy(Dictionary("|u1", shape), 784)),
                StatusIs(absl::StatusCode::kUnimplemented, HasSubstr("shape")));
  }
  EXPECT_THAT(Open(Npy(Dictionary("|u1", "(1, 784)", "True"), 784)),
              StatusIs(absl::StatusCode::kUnimplemented, HasSubstr("column order")));
  EXPECT_THAT(Open(Npy("{'descr':'|u1','fortran_order':True,'shape':(1,784)}\n", 784)),
              StatusIs(absl::StatusCode::kUnimplemented, HasSubstr("column order")))
      << "no blank in the dictionary";
}

TEST_F(NpyFileTest, AFileThatIsNotThereIsNotFound) {
  EXPECT_THAT(NpyFile::Open(LocalFileSystem(), directory_.File("none.npy")), StatusIs(absl::StatusCode::kNotFound));
}

}  // namespace
}  // namespace doodle
