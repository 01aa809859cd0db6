#include "common/drawing/drawing_check.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/ids/utf8.h"
#include "common/status/status.h"

namespace doodle {
namespace {

bool IsCountryCode(const std::string& code) {
  return code.empty() || (code.size() == 2 && absl::ascii_isalpha(static_cast<unsigned char>(code[0])) &&
                          absl::ascii_isalpha(static_cast<unsigned char>(code[1])));
}

absl::Status CheckTimes(const Drawing& drawing) {
  const std::vector<uint32_t>& times = drawing.times_ms;
  if (!times.empty() && times.size() != drawing.points()) {
    return absl::InvalidArgumentError("times and points have different lengths");
  }
  if (!std::is_sorted(times.begin(), times.end())) return absl::InvalidArgumentError("time runs back");
  return absl::OkStatus();
}

absl::Status CheckRawPoints(const Drawing& drawing) {
  if (drawing.raw_x.empty() && drawing.raw_y.empty()) return absl::OkStatus();
  if (drawing.raw_x.size() != drawing.points() || drawing.raw_y.size() != drawing.points()) {
    return absl::InvalidArgumentError("points as drawn and points on the grid have different lengths");
  }
  if (!drawing.has_times()) return absl::InvalidArgumentError("raw drawing without times");
  const auto finite = [](float value) { return std::isfinite(value); };
  if (!std::all_of(drawing.raw_x.begin(), drawing.raw_x.end(), finite) ||
      !std::all_of(drawing.raw_y.begin(), drawing.raw_y.end(), finite)) {
    return absl::InvalidArgumentError("a coordinate is not finite");
  }
  return absl::OkStatus();
}

absl::Status CheckStrokes(const Drawing& drawing) {
  if (drawing.stroke_lengths.empty()) return absl::InvalidArgumentError("drawing has no strokes");
  if (drawing.x.size() != drawing.y.size()) return absl::InvalidArgumentError("x and y have different lengths");
  if (drawing.points() > kMaxDrawingPoints) {
    return absl::InvalidArgumentError(
        absl::StrCat("drawing has ", drawing.points(), " points, more than ", kMaxDrawingPoints));
  }
  uint64_t total = 0;
  for (size_t stroke = 0; stroke < drawing.stroke_lengths.size(); ++stroke) {
    if (drawing.stroke_lengths[stroke] == 0)
      return absl::InvalidArgumentError(absl::StrCat("stroke ", stroke, " is empty"));
    total += drawing.stroke_lengths[stroke];
  }
  if (total != drawing.points()) {
    return absl::InvalidArgumentError(
        absl::StrCat("stroke lengths add up to ", total, " points, not ", drawing.points()));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckWord(absl::string_view word) {
  const bool control = std::any_of(word.begin(), word.end(), absl::ascii_iscntrl);
  if (word.empty() || word.size() > kMaxWordBytes || control || FirstInvalidUtf8(word) != word.size()) {
    return absl::InvalidArgumentError(
        absl::StrCat("word is empty, longer than ", kMaxWordBytes, " bytes, not UTF-8 or has control characters"));
  }
  return absl::OkStatus();
}

absl::Status CheckDrawing(const Drawing& drawing) {
  if (!drawing.word.empty()) DOODLE_RETURN_IF_ERROR(CheckWord(drawing.word));
  if (!IsCountryCode(drawing.country_code)) return absl::InvalidArgumentError("country code is not two letters");
  if (drawing.timestamp_ms < 0) return absl::InvalidArgumentError("timestamp is before 1970");
  DOODLE_RETURN_IF_ERROR(CheckTimes(drawing));
  DOODLE_RETURN_IF_ERROR(CheckRawPoints(drawing));
  return CheckStrokes(drawing);
}

}  // namespace doodle
