#include <png.h>

#include <algorithm>
#include <numeric>
#include <string>
#include <vector>

#include "absl/strings/str_split.h"
#include "common/io/file_system.h"
#include "common/render/contact_sheet.h"
#include "common/render/png_writer.h"
#include "common/render/terminal_picture.h"
#include "common/render/text_line.h"
#include "gtest/gtest.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temporary_directory.h"

namespace doodle {
namespace {

Drawing Frame(const std::string& word) {
  Drawing drawing;
  drawing.word = word;
  drawing.stroke_lengths = {5};
  drawing.x = {0, 255, 255, 0, 0};
  drawing.y = {0, 0, 255, 255, 0};
  return drawing;
}

int Dark(const GrayImage& image, int left, int top, int width, int height) {
  int dark = 0;
  for (int y = top; y < top + height; ++y) {
    for (int x = left; x < left + width; ++x) dark += image.at(x, y) < 128;
  }
  return dark;
}

// Read back by libpng itself.
TEST(Png, ThePixelsComeBack) {
  GrayImage image{7, 5, std::vector<uint8_t>(35)};
  std::iota(image.pixels.begin(), image.pixels.end(), uint8_t{100});
  ASSERT_OK_AND_ASSIGN(const std::string bytes, EncodePng(image));
  png_image header{};
  header.version = PNG_IMAGE_VERSION;
  ASSERT_NE(png_image_begin_read_from_memory(&header, bytes.data(), bytes.size()), 0);
  EXPECT_EQ(header.width, 7U);
  EXPECT_EQ(header.height, 5U);
  EXPECT_EQ(header.format, unsigned{PNG_FORMAT_GRAY});
  std::vector<uint8_t> pixels(35);
  ASSERT_NE(png_image_finish_read(&header, nullptr, pixels.data(), 7, nullptr), 0);
  EXPECT_EQ(pixels, image.pixels);
}

TEST(Png, AnEmptyOrMisshapenPictureIsRefused) {
  EXPECT_THAT(EncodePng(GrayImage()), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(EncodePng({2, 2, std::vector<uint8_t>(3)}), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(Png, AFileHoldsTheEncodedBytes) {
  const TemporaryDirectory directory;
  const GrayImage image{2, 2, {0, 50, 100, 255}};
  ASSERT_THAT(WritePng(LocalFileSystem(), directory.File("a.png"), image), IsOk());
  EXPECT_EQ(*ReadFile(LocalFileSystem(), directory.File("a.png")), *EncodePng(image));
}

TEST(ContactSheet, EveryDrawingHasItsSquareAndItsWord) {
  const std::vector<Drawing> drawings = {Frame("cat"), Frame("dog"), Frame("")};
  ASSERT_OK_AND_ASSIGN(const GrayImage sheet, RenderContactSheet(drawings, 2, 40));
  EXPECT_EQ(sheet.width, 6 + 2 * 46);
  EXPECT_EQ(sheet.height, 6 + 2 * (40 + kTextHeight + 6));
  const int second_row = 6 + 40 + kTextHeight + 6;
  EXPECT_GT(Dark(sheet, 6, 6, 40, 40), 100);
  EXPECT_GT(Dark(sheet, 52, 6, 40, 40), 100);
  EXPECT_GT(Dark(sheet, 6, second_row, 40, 40), 100);
  EXPECT_EQ(Dark(sheet, 52, second_row, 40, 40), 0);
  EXPECT_GT(Dark(sheet, 6, 46, 40, kTextHeight), 15);
  EXPECT_GT(Dark(sheet, 52, 46, 40, kTextHeight), 15);
  EXPECT_EQ(Dark(sheet, 6, second_row + 40, 40, kTextHeight), 0);
}

TEST(ContactSheet, LabelsStandInForWordsAndMustMatchInNumber) {
  const std::vector<Drawing> drawings = {Frame("cat")};
  ASSERT_OK_AND_ASSIGN(const GrayImage with_word, RenderContactSheet(drawings, 1, 64));
  ASSERT_OK_AND_ASSIGN(const GrayImage with_label, RenderContactSheet(drawings, 1, 64, {"dog"}));
  ASSERT_OK_AND_ASSIGN(const GrayImage dog, RenderContactSheet({Frame("dog")}, 1, 64));
  EXPECT_NE(with_word.pixels, with_label.pixels);
  EXPECT_EQ(dog.pixels, with_label.pixels);
  EXPECT_THAT(RenderContactSheet(drawings, 1, 64, {"a", "b"}), StatusIs(absl::StatusCode::kInvalidArgument));
}

// Two bitmaps of 3x3 in squares of 40: each pixel becomes 13 by 13, with one empty row and column less than half
// around.
TEST(ContactSheet, BitmapsAreEnlargedByAWholeFactor) {
  const std::vector<uint8_t> bitmaps = {255, 0, 0, 0, 0, 0, 0, 0, 255, 0, 0, 0, 0, 255, 0, 0, 0, 0};
  ASSERT_OK_AND_ASSIGN(const GrayImage sheet, RenderBitmapSheet(bitmaps, 3, 2, 40, {"0", "1"}));
  EXPECT_EQ(sheet.width, 6 + 2 * 46);
  EXPECT_EQ(Dark(sheet, 6, 6, 40, 40), 2 * 13 * 13);
  EXPECT_EQ(Dark(sheet, 6, 6, 13, 13), 13 * 13);
  EXPECT_EQ(Dark(sheet, 6 + 26, 6 + 26, 13, 13), 13 * 13);
  EXPECT_EQ(Dark(sheet, 52 + 13, 6 + 13, 13, 13), 13 * 13);
  EXPECT_EQ(Dark(sheet, 52, 6, 40, 40), 13 * 13);
  EXPECT_GT(Dark(sheet, 52, 46, 40, kTextHeight), 2);
}

TEST(ContactSheet, BitmapsThatDoNotFitAreRefused) {
  const std::vector<uint8_t> bitmap(64 * 64);
  EXPECT_THAT(RenderBitmapSheet(bitmap, 64, 1, 40, {"0"}), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(RenderBitmapSheet(bitmap, 64, 1, 64, {"0", "1"}), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(RenderBitmapSheet(bitmap, 0, 1, 64, {"0"}), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(RenderBitmapSheet({}, 28, 1, 64, {}), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(ContactSheet, BadSizesAreRefused) {
  const std::vector<Drawing> one = {Frame("cat")};
  EXPECT_THAT(RenderContactSheet({}, 1, 64), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(RenderContactSheet(one, 0, 64), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(RenderContactSheet(one, 1, 8), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(RenderContactSheet(std::vector<Drawing>(1000, Frame("")), 10, 512),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(TextLine, LettersDifferAndLongTextIsCut) {
  const auto draw = [](const std::string& text, int width) {
    GrayImage image{width, kTextHeight, std::vector<uint8_t>(static_cast<size_t>(width) * kTextHeight, 255)};
    DrawText(text, 0, 0, width, image);
    return image.pixels;
  };
  const std::string known = "%-.0123456789:=ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz";
  std::vector<std::vector<uint8_t>> pictures;
  for (const char letter : known) pictures.push_back(draw(std::string(1, letter), 6));
  pictures.push_back(draw("\xc3", 6));  // The box.
  std::sort(pictures.begin(), pictures.end());
  EXPECT_EQ(std::adjacent_find(pictures.begin(), pictures.end()), pictures.end());
  EXPECT_EQ(draw("abcdefgh", 18), draw("abc", 18));
}

TEST(TerminalPicture, ABorderShowsAsBraille) {
  ASSERT_OK_AND_ASSIGN(const std::string picture, TerminalPicture(Frame("cat"), 6));
  EXPECT_EQ(picture,
            "⡏⠉⠉⠉⠉⢹\n"
            "⡇⠀⠀⠀⠀⢸\n"
            "⣇⣀⣀⣀⣀⣸\n");
}

TEST(TerminalPicture, AnOddBitmapHasADotForEachPixel) {
  EXPECT_EQ(TerminalBitmap({255, 0, 255, 0, 255, 0, 255, 0, 99}, 3), "⠕⠁\n");
}

TEST(TerminalPicture, HasColumnsCharactersALine) {
  ASSERT_OK_AND_ASSIGN(const std::string picture, TerminalPicture(Frame("cat"), 33));
  const std::vector<std::string> lines = absl::StrSplit(picture, '\n', absl::SkipEmpty());
  EXPECT_EQ(lines.size(), 17U);
  for (const std::string& line : lines) EXPECT_EQ(line.size(), 33U * 3);  // Three bytes a character.
  EXPECT_THAT(TerminalPicture(Frame("cat"), 3), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(TerminalPicture(Frame("cat"), 257), StatusIs(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace doodle
