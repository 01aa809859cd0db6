#include "common/ingest/bin_file.h"

#include <array>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/drawing/drawing_check.h"
#include "common/io/bytes.h"
#include "common/status/status.h"

namespace doodle {
namespace {

// All of the head but the number of strokes. False for a `recognized` that is neither 0 nor 1.
bool DecodeHead(const char* head, Drawing& drawing) {
  drawing.key_id = ByteReader({head, 8}).Fixed<uint64_t>();
  drawing.country_code.assign(head + 8, 2);
  if (drawing.country_code == std::string(2, '\0')) drawing.country_code.clear();
  drawing.recognized = head[10] == 1 ? Drawing::Recognized::kTrue : Drawing::Recognized::kFalse;
  drawing.timestamp_ms = int64_t{ByteReader({head + 11, 4}).Fixed<uint32_t>()} * 1000;
  return head[10] == 0 || head[10] == 1;
}

}  // namespace

BinFile::BinFile(std::unique_ptr<ByteSource> source, std::string word)
    : cursor_(std::move(source)), word_(std::move(word)) {}

absl::Status BinFile::Take(char* out, size_t size) {
  DOODLE_ASSIGN_OR_RETURN(const size_t count, cursor_.TakeUpTo(out, size));
  return count == size ? absl::OkStatus() : absl::DataLossError("truncated record");
}

absl::Status BinFile::ReadStroke(Drawing& drawing) {
  std::array<char, 2> bytes{};
  DOODLE_RETURN_IF_ERROR(Take(bytes.data(), bytes.size()));
  const auto length = uint32_t{ByteReader({bytes.data(), 2}).Fixed<uint16_t>()};
  const size_t before = drawing.x.size();
  if (before + length > kMaxDrawingPoints) {
    return absl::DataLossError(absl::StrCat("more than ", kMaxDrawingPoints, " points"));
  }
  drawing.stroke_lengths.push_back(length);
  drawing.x.resize(before + length);
  drawing.y.resize(before + length);
  DOODLE_RETURN_IF_ERROR(Take(reinterpret_cast<char*>(drawing.x.data()) + before, length));
  return Take(reinterpret_cast<char*>(drawing.y.data()) + before, length);
}

absl::Status BinFile::ReadStrokes(uint32_t strokes, Drawing& drawing) {
  drawing.ClearStrokes();
  for (uint32_t stroke = 0; stroke < strokes; ++stroke) {
    DOODLE_RETURN_IF_ERROR(ReadStroke(drawing), absl::StrCat("stroke ", stroke));
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> BinFile::Next(Drawing& drawing) {
  const uint64_t start = cursor_.offset();
  std::array<char, kBinHeadBytes> head{};
  DOODLE_ASSIGN_OR_RETURN(const size_t count, cursor_.TakeUpTo(head.data(), head.size()),
                          absl::StrCat("at byte ", start));
  if (count == 0) return false;
  ++records_;
  const std::string place = absl::StrCat("at byte ", start);
  if (count < head.size()) return absl::DataLossError(absl::StrCat(place, ": truncated record"));
  const bool recognized_is_legal = DecodeHead(head.data(), drawing);
  drawing.word = word_;
  const auto strokes = uint32_t{ByteReader({head.data() + 15, 2}).Fixed<uint16_t>()};
  DOODLE_RETURN_IF_ERROR(ReadStrokes(strokes, drawing), place);
  if (!recognized_is_legal) return absl::InvalidArgumentError(absl::StrCat(place, ": recognized is not 0 or 1"));
  DOODLE_RETURN_IF_ERROR(CheckDrawing(drawing), place);
  return true;
}

}  // namespace doodle
