#include "common/export/drawing_formats.h"

#include <algorithm>
#include <cstdint>
#include <limits>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/time.h"
#include "common/io/bytes.h"

namespace doodle {
namespace {

constexpr size_t kTarBlock = 512;
constexpr size_t kTarChecksumAt = 148;

void AppendJsonText(absl::string_view text, std::string& out) {
  out.push_back('"');
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20) {
      absl::StrAppendFormat(&out, "\\u%04x", static_cast<unsigned char>(c));
      continue;
    }
    if (c == '"' || c == '\\') out.push_back('\\');
    out.push_back(c);
  }
  out.push_back('"');
}

template <typename Integer>
void AppendNumber(Integer value, std::string& out) {
  absl::StrAppend(&out, value);
}

// Nine digits tell any two float32 numbers apart, also where a reader takes them for doubles first.
void AppendNumber(float value, std::string& out) { absl::StrAppendFormat(&out, "%.9g", value); }

template <typename Number>
void AppendNumbers(const std::vector<Number>& values, size_t first, size_t count, std::string& out) {
  out.push_back('[');
  for (size_t i = first; i < first + count; ++i) {
    if (i > first) out.push_back(',');
    AppendNumber(values[i], out);
  }
  out.push_back(']');
}

// The lists of one stroke.
void AppendStroke(const Drawing& drawing, size_t first, size_t count, std::string& out) {
  if (!drawing.is_raw()) {
    AppendNumbers(drawing.x, first, count, out);
    out.push_back(',');
    AppendNumbers(drawing.y, first, count, out);
    return;
  }
  AppendNumbers(drawing.raw_x, first, count, out);
  out.push_back(',');
  AppendNumbers(drawing.raw_y, first, count, out);
  out.push_back(',');
  AppendNumbers(drawing.times_ms, first, count, out);
}

void AppendStrokes(const Drawing& drawing, std::string& out) {
  out.push_back('[');
  size_t first = 0;
  for (const uint32_t length : drawing.stroke_lengths) {
    out.append(first == 0 ? "[" : ",[");
    AppendStroke(drawing, first, length, out);
    out.push_back(']');
    first += length;
  }
  out.push_back(']');
}

std::string TimeText(int64_t timestamp_ms) {
  return absl::StrCat(absl::FormatTime("%Y-%m-%d %H:%M:%E3S", absl::FromUnixMillis(timestamp_ms), absl::UTCTimeZone()),
                      " UTC");
}

bool FitsBin(const Drawing& drawing) {
  constexpr uint32_t kMost = std::numeric_limits<uint16_t>::max();
  return !drawing.is_raw() && drawing.stroke_lengths.size() <= kMost &&
         drawing.timestamp_ms / 1000 <= std::numeric_limits<uint32_t>::max() &&
         std::all_of(drawing.stroke_lengths.begin(), drawing.stroke_lengths.end(),
                     [](uint32_t length) { return length <= kMost; });
}

}  // namespace

void AppendNdjson(const Drawing& drawing, std::string& out) {
  out.append(R"({"word":)");
  AppendJsonText(drawing.word, out);
  if (!drawing.country_code.empty()) absl::StrAppend(&out, R"(,"countrycode":")", drawing.country_code, "\"");
  if (drawing.timestamp_ms != 0) absl::StrAppend(&out, R"(,"timestamp":")", TimeText(drawing.timestamp_ms), "\"");
  if (drawing.recognized != Drawing::Recognized::kUnknown) {
    absl::StrAppend(&out, R"(,"recognized":)", drawing.recognized == Drawing::Recognized::kTrue ? "true" : "false");
  }
  absl::StrAppend(&out, R"(,"key_id":")", drawing.key_id, R"(","drawing":)");
  AppendStrokes(drawing, out);
  out.append("}\n");
}

absl::Status AppendBin(const Drawing& drawing, std::string& out) {
  if (!FitsBin(drawing)) {
    return absl::InvalidArgumentError(absl::StrCat(
        "drawing ", drawing.key_id, " has raw points, or more strokes, points or years than the format can hold"));
  }
  PutFixed<uint64_t>(out, drawing.key_id);
  out.append(drawing.country_code.empty() ? std::string(2, '\0') : drawing.country_code);
  PutFixed<uint8_t>(out, drawing.recognized == Drawing::Recognized::kFalse ? 0 : 1);
  PutFixed<uint32_t>(out, static_cast<uint32_t>(drawing.timestamp_ms / 1000));
  PutFixed<uint16_t>(out, static_cast<uint16_t>(drawing.stroke_lengths.size()));
  auto x = drawing.x.begin();
  auto y = drawing.y.begin();
  for (const uint32_t length : drawing.stroke_lengths) {
    PutFixed<uint16_t>(out, static_cast<uint16_t>(length));
    out.append(x, x + length);
    out.append(y, y + length);
    x += length;
    y += length;
  }
  return absl::OkStatus();
}

// The fields of a ustar header at their offsets; the checksum is the sum of all its bytes with blanks in its own place.
void AppendTarFile(absl::string_view name, absl::string_view content, std::string& out) {
  std::string header(kTarBlock, '\0');
  const auto put = [&](size_t at, absl::string_view text) {
    header.replace(at, text.size(), text.data(), text.size());
  };
  put(0, name);
  put(100, "0000644");
  put(108, "0000000");
  put(116, "0000000");
  put(124, absl::StrFormat("%011o", content.size()));
  put(136, "00000000000");
  put(kTarChecksumAt, "        ");
  put(156, "0");
  put(257, absl::string_view("ustar\00000", 8));
  unsigned sum = 0;
  for (const char byte : header) sum += static_cast<unsigned char>(byte);
  put(kTarChecksumAt, absl::StrFormat("%06o", sum) + std::string("\0 ", 2));
  out.append(header);
  out.append(content.data(), content.size());
  out.append((kTarBlock - content.size() % kTarBlock) % kTarBlock, '\0');
}

void AppendTarEnd(std::string& out) { out.append(2 * kTarBlock, '\0'); }

}  // namespace doodle
