#include "cli/show_bitmaps.h"

#include <algorithm>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "cli/json_text.h"
#include "cli/picture_rows.h"
#include "common/ingest/npy_file.h"
#include "common/render/contact_sheet.h"
#include "common/render/png_writer.h"
#include "common/render/terminal_picture.h"
#include "common/status/status.h"

namespace doodle {
namespace {

constexpr int kMinCell = 112;  // Pixels: a bitmap of 28 at four times its size.

absl::Span<const uint8_t> Bytes(absl::string_view pixels) {
  return {reinterpret_cast<const uint8_t*>(pixels.data()), pixels.size()};
}

absl::Status WriteSheet(Environment& environment, const NpyFile& file, const std::string& pixels,
                        const std::string& out, const std::vector<std::string>& numbers) {
  DOODLE_ASSIGN_OR_RETURN(const GrayImage sheet, RenderBitmapSheet(Bytes(pixels), file.size(), kSheetColumns,
                                                                   std::max(file.size(), kMinCell), numbers));
  return WriteShownSheet(environment, sheet, out, numbers.size());
}

}  // namespace

absl::Status WriteShownSheet(Environment& environment, const GrayImage& sheet, const std::string& out,
                             size_t pictures) {
  const std::string path = AbsolutePath(environment, out);
  DOODLE_RETURN_IF_ERROR(WritePng(environment.files, path, sheet));
  Console& console = environment.console;
  console.Data(console.json() ? JsonText(nlohmann::json({{"file", path}, {"drawings", pictures}}), -1) : out);
  return absl::OkStatus();
}

absl::Status ShowBitmaps(Environment& environment, const std::string& path, uint64_t count, const std::string& out) {
  DOODLE_ASSIGN_OR_RETURN(const NpyFile file, NpyFile::Open(environment.files, AbsolutePath(environment, path)));
  if (file.count() == 0) return absl::InvalidArgumentError(absl::StrCat(path, ": no bitmaps"));
  const uint64_t shown = std::min(count, file.count());
  Console& console = environment.console;
  DOODLE_ASSIGN_OR_RETURN(const std::string pixels, file.Read(0, shown));
  std::vector<std::string> numbers;
  for (uint64_t i = 0; i < shown; ++i) numbers.push_back(absl::StrCat(i));
  if (!out.empty()) return WriteSheet(environment, file, pixels, out, numbers);
  if (console.json()) {
    console.Data(nlohmann::ordered_json({{"bitmaps", file.count()}, {"size", file.size()}}).dump(2));
    return absl::OkStatus();
  }
  const uint64_t each = static_cast<uint64_t>(file.size()) * file.size();
  std::vector<TextPicture> pictures;
  for (uint64_t i = 0; i < shown; ++i) {
    pictures.push_back({TerminalBitmap(Bytes(pixels).subspan(i * each, each), file.size()), numbers[i]});
  }
  PrintPictures(console, pictures, (file.size() + 1) / 2);
  return absl::OkStatus();
}

}  // namespace doodle
