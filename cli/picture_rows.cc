#include "cli/picture_rows.h"

#include <algorithm>
#include <cstddef>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace doodle {
namespace {

constexpr int kGap = 2;  // Characters.

// `text` in exactly `width` characters.
std::string Cell(std::string text, size_t width) {
  text.resize(width, ' ');
  return text;
}

std::string Row(absl::Span<const TextPicture> pictures, int columns) {
  const std::string gap(kGap, ' ');
  std::vector<std::string> lines;
  std::string captions;
  for (const TextPicture& picture : pictures) {
    const std::vector<std::string> rows = absl::StrSplit(picture.lines, '\n', absl::SkipEmpty());
    lines.resize(std::max(lines.size(), rows.size()));
    for (size_t i = 0; i < rows.size(); ++i) absl::StrAppend(&lines[i], rows[i], gap);
    absl::StrAppend(&captions, Cell(picture.caption, static_cast<size_t>(columns)), gap);
  }
  std::string text;
  for (const std::string& line : lines) absl::StrAppend(&text, line.substr(0, line.size() - kGap), "\n");
  return absl::StrCat(text, absl::StripTrailingAsciiWhitespace(captions), "\n\n");
}

}  // namespace

void PrintPictures(Console& console, absl::Span<const TextPicture> pictures, int columns) {
  const auto in_row = static_cast<size_t>(std::max(1, (console.options().width + kGap) / (columns + kGap)));
  for (size_t i = 0; i < pictures.size(); i += in_row) console.Data(Row(pictures.subspan(i, in_row), columns));
}

}  // namespace doodle
