#include "common/ingest/stroke_array_file.h"

#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/drawing/drawing_check.h"
#include "common/drawing/raw_points.h"
#include "common/ids/hash64.h"
#include "common/ingest/npy_header.h"
#include "common/io/bytes.h"
#include "common/status/status.h"

namespace doodle {
namespace {

constexpr double kFarthest = 1e6;  // As of raw coordinates in ndjson.

absl::Status CheckShape(const NumberArray& array) {
  if (array.shape.size() != 2 || array.shape[1] != 3) {
    return absl::InvalidArgumentError("not an array of [points, 3]: dx, dy, pen lifted");
  }
  if (array.shape[0] == 0) return absl::InvalidArgumentError("drawing has no strokes");
  if (array.shape[0] > kMaxDrawingPoints) {
    return absl::InvalidArgumentError(absl::StrCat("more than ", kMaxDrawingPoints, " points"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status StrokesOfArray(const NumberArray& array, Drawing& drawing) {
  DOODLE_RETURN_IF_ERROR(CheckShape(array));
  drawing.ClearStrokes();
  double x = 0;
  double y = 0;
  uint32_t length = 0;
  for (size_t row = 0; row < array.shape[0]; ++row) {
    const double* const values = array.values.data() + 3 * row;
    x += values[0];
    y += values[1];
    if (!(std::abs(x) <= kFarthest && std::abs(y) <= kFarthest)) {  // Also what is no number.
      return absl::InvalidArgumentError(absl::StrCat("point ", row, ": more than ", kFarthest, " away"));
    }
    if (values[2] != 0 && values[2] != 1) {
      return absl::InvalidArgumentError(absl::StrCat("point ", row, ": pen is neither 0 nor 1"));
    }
    drawing.raw_x.push_back(static_cast<float>(x));
    drawing.raw_y.push_back(static_cast<float>(y));
    ++length;
    if (values[2] == 1 || row + 1 == array.shape[0]) drawing.stroke_lengths.push_back(std::exchange(length, 0));
  }
  FitToGrid(drawing);
  drawing.raw_x.clear();  // Without times it is no raw drawing.
  drawing.raw_y.clear();
  drawing.fit = {};
  return absl::OkStatus();
}

uint64_t KeyOfStrokes(const Drawing& drawing) {
  std::string bytes;
  size_t point = 0;
  for (const uint32_t length : drawing.stroke_lengths) {
    PutFixed<uint32_t>(bytes, length);
    const auto begin = static_cast<ptrdiff_t>(point);
    const auto end = static_cast<ptrdiff_t>(point += length);
    bytes.append(drawing.x.begin() + begin, drawing.x.begin() + end);
    bytes.append(drawing.y.begin() + begin, drawing.y.begin() + end);
  }
  return HashCombine(HashBytes(drawing.word), HashBytes(bytes)) | uint64_t{1} << 63;
}

StrokeArrayFile::StrokeArrayFile(std::unique_ptr<ByteSource> source, std::string word)
    : cursor_(std::move(source)), word_(std::move(word)) {}

absl::Status StrokeArrayFile::ReadHeader() {
  constexpr size_t kStart = 12;
  std::string head(kStart, '\0');
  DOODLE_RETURN_IF_ERROR(cursor_.Take(head.data(), kStart), "npy header");
  const size_t length = static_cast<unsigned char>(head[8]) | size_t{static_cast<unsigned char>(head[9])} << 8;
  if (length > kMaxNpyHeaderBytes) return absl::DataLossError(absl::StrCat("npy header: of ", length, " bytes"));
  // The length stands in two bytes in version 1, in four since: none of ours needs the upper two.
  const size_t size = (head[6] == 1 ? 10 : kStart) + length;
  if (size < kStart) return absl::DataLossError("npy header: cut off");
  head.resize(size);
  DOODLE_RETURN_IF_ERROR(cursor_.Take(head.data() + kStart, size - kStart), "npy header");
  DOODLE_ASSIGN_OR_RETURN(const NpyHeader header, ParseNpyHeader(head));
  if (!header.holds_objects() || header.shape.size() != 1) {
    return absl::DataLossError("npy header: not a list of arrays of strokes");
  }
  announced_ = header.shape[0];
  return absl::OkStatus();
}

// Nothing may follow, and reading to the end is what checks an archive's checksum.
absl::StatusOr<bool> StrokeArrayFile::Finish() {
  if (arrays_ != *announced_) {
    return absl::DataLossError(absl::StrCat(arrays_, " arrays, the header says ", *announced_));
  }
  char next = 0;
  DOODLE_ASSIGN_OR_RETURN(const size_t count, cursor_.TakeUpTo(&next, 1));
  if (count > 0) return absl::DataLossError("bytes after the last array");
  return false;
}

absl::StatusOr<bool> StrokeArrayFile::Next(Drawing& drawing) {
  if (!announced_) DOODLE_RETURN_IF_ERROR(ReadHeader());
  const auto more = unpickler_.Next(array_);
  if (more.ok() && !*more) return Finish();
  if (!more.ok() && !absl::IsInvalidArgument(more.status())) {
    return Annotate(more.status(), absl::StrCat("after array ", arrays_));
  }
  ++arrays_;
  DOODLE_RETURN_IF_ERROR(more.status());
  drawing.word = word_;
  drawing.country_code.clear();
  drawing.timestamp_ms = 0;
  drawing.recognized = Drawing::Recognized::kUnknown;
  DOODLE_RETURN_IF_ERROR(StrokesOfArray(array_, drawing));
  DOODLE_RETURN_IF_ERROR(CheckDrawing(drawing));
  drawing.key_id = KeyOfStrokes(drawing);
  return true;
}

}  // namespace doodle
