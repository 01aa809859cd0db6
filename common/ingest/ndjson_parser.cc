#include "common/ingest/ndjson_parser.h"

#define SIMDJSON_EXCEPTIONS 0  // A result that is used unchecked does not compile.
#include <simdjson.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/drawing/drawing_check.h"
#include "common/drawing/raw_points.h"
#include "common/drawing/simplifier.h"
#include "common/ingest/line_reader.h"
#include "common/ingest/plain_line_reader.h"
#include "common/ingest/timestamp.h"
#include "common/status/status.h"

namespace doodle {
namespace {

namespace ondemand = simdjson::ondemand;

static_assert(simdjson::SIMDJSON_PADDING <= kLinePadding);

constexpr double kLargestRawCoordinate = 1e6;  // Pixels; the largest known is below 3,000.
constexpr double kLongestDrawingMs = 86'400'000;

absl::Status Bad(absl::string_view what) { return absl::InvalidArgumentError(what); }

absl::Status BadJson(simdjson::error_code error) {
  return Bad(absl::StrCat("bad JSON: ", simdjson::error_message(error)));
}

absl::Status ParseKey(ondemand::value value, uint64_t& key) {
  ondemand::json_type type;
  if (const auto error = value.type().get(type)) return BadJson(error);
  if (type == ondemand::json_type::number && !value.get_uint64().get(key)) return absl::OkStatus();
  std::string_view json_text;
  if (type != ondemand::json_type::string || value.get_string().get(json_text)) return Bad("key_id is not a number");
  const absl::string_view text(json_text.data(), json_text.size());
  const bool digits = !text.empty() && std::all_of(text.begin(), text.end(), absl::ascii_isdigit);
  if (!digits || !absl::SimpleAtoi(text, &key))
    return Bad(absl::StrCat("key_id \"", text.substr(0, 40), "\" is not a number"));
  return absl::OkStatus();
}

absl::Status ParseText(ondemand::value value, absl::string_view name, std::string& out) {
  std::string_view text;
  if (value.get_string().get(text)) return Bad(absl::StrCat(name, " is not text"));
  out.assign(text);
  return absl::OkStatus();
}

absl::Status ParseWord(ondemand::value value, std::string& word) {
  DOODLE_RETURN_IF_ERROR(ParseText(value, "word", word));
  return CheckWord(word);
}

absl::Status ParseTime(ondemand::value value, int64_t& timestamp_ms) {
  std::string text;
  DOODLE_RETURN_IF_ERROR(ParseText(value, "timestamp", text));
  const auto parsed = ParseTimestamp(text);
  if (!parsed.ok()) return parsed.status();
  timestamp_ms = *parsed;
  return absl::OkStatus();
}

absl::Status ParseRecognized(ondemand::value value, Drawing::Recognized& recognized) {
  bool flag = false;
  if (value.get_bool().get(flag)) return Bad("recognized is not true or false");
  recognized = flag ? Drawing::Recognized::kTrue : Drawing::Recognized::kFalse;
  return absl::OkStatus();
}

absl::Status ParseAxis(ondemand::array numbers, std::vector<uint8_t>& out) {
  for (auto element : numbers) {
    int64_t number = 0;
    if (element.get_int64().get(number)) return Bad("a coordinate is not a whole number");
    if (number < 0 || number > 255) return Bad(absl::StrCat("coordinate ", number, " is not in 0..255"));
    if (out.size() == kMaxDrawingPoints) return Bad(absl::StrCat("more than ", kMaxDrawingPoints, " points"));
    out.push_back(static_cast<uint8_t>(number));
  }
  return absl::OkStatus();
}

absl::Status ParseRawAxis(ondemand::array numbers, std::vector<double>& out) {
  for (auto element : numbers) {
    double number = 0;
    if (element.get_double().get(number)) return Bad("a coordinate is not a number");
    if (!(std::abs(number) <= kLargestRawCoordinate)) return Bad("a coordinate is more than a million");
    if (out.size() == kMaxDrawingPoints) return Bad(absl::StrCat("more than ", kMaxDrawingPoints, " points"));
    out.push_back(number);
  }
  return absl::OkStatus();
}

// A time that runs back is set to the one before it: real drawings have such steps.
absl::Status ParseRawTimes(ondemand::array numbers, std::vector<uint32_t>& out, bool& clamped) {
  for (auto element : numbers) {
    double time = 0;
    if (element.get_double().get(time)) return Bad("a time is not a number");
    if (!(std::abs(time) <= kLongestDrawingMs)) return Bad("a time is longer than a day");
    if (out.size() == kMaxDrawingPoints) return Bad(absl::StrCat("more than ", kMaxDrawingPoints, " points"));
    const double least = out.empty() ? 0 : out.back();
    clamped = clamped || time < least;
    out.push_back(static_cast<uint32_t>(std::max(time, least)));
  }
  return absl::OkStatus();
}

// Checks the stroke that the last axes ended: its number of points.
absl::StatusOr<uint32_t> StrokeLength(size_t before, size_t x, size_t y) {
  if (x != y) return Bad(absl::StrCat(x - before, " x but ", y - before, " y"));
  if (x == before) return Bad("is empty");
  return static_cast<uint32_t>(x - before);
}

// `axes` is the number of lists found.
absl::Status ParseStroke(ondemand::array lists, Drawing& drawing, int& axes) {
  const size_t before = drawing.x.size();
  axes = 0;
  for (auto element : lists) {
    ondemand::array numbers;
    if (element.get_array().get(numbers) || axes == 2) return Bad("not a pair of lists");
    DOODLE_RETURN_IF_ERROR(ParseAxis(numbers, axes == 0 ? drawing.x : drawing.y));
    ++axes;
  }
  if (axes != 2) return Bad("not a pair of lists");
  DOODLE_ASSIGN_OR_RETURN(const uint32_t length, StrokeLength(before, drawing.x.size(), drawing.y.size()));
  drawing.stroke_lengths.push_back(length);
  return absl::OkStatus();
}

absl::Status ParseRawStroke(ondemand::array lists, RawStrokes& raw, int& axes, bool& clamped) {
  const size_t before = raw.x.size();
  axes = 0;
  for (auto element : lists) {
    ondemand::array numbers;
    if (element.get_array().get(numbers) || axes == 3) return Bad("not three lists");
    const int axis = axes++;
    if (axis < 2) DOODLE_RETURN_IF_ERROR(ParseRawAxis(numbers, axis == 0 ? raw.x : raw.y));
    if (axis == 2) DOODLE_RETURN_IF_ERROR(ParseRawTimes(numbers, raw.times_ms, clamped));
  }
  if (axes != 3) return Bad("not three lists");
  DOODLE_ASSIGN_OR_RETURN(const uint32_t length, StrokeLength(before, raw.x.size(), raw.y.size()));
  if (raw.times_ms.size() != raw.x.size()) {
    return Bad(absl::StrCat(length, " points but ", raw.times_ms.size() - before, " times"));
  }
  raw.stroke_lengths.push_back(length);
  return absl::OkStatus();
}

// Calls `stroke` with each stroke's lists.
template <typename Stroke>
absl::Status ForEachStroke(ondemand::value value, const Stroke& stroke) {
  ondemand::array strokes;
  if (value.get_array().get(strokes)) return Bad("drawing is not a list");
  size_t number = 0;
  for (auto element : strokes) {
    ondemand::array lists;
    if (element.get_array().get(lists)) return Bad(absl::StrCat("stroke ", number, ": not a pair of lists"));
    DOODLE_RETURN_IF_ERROR(stroke(lists), absl::StrCat("stroke ", number));
    ++number;
  }
  return absl::OkStatus();
}

// What a pass over a line found.
struct Seen {
  bool key = false;
  bool drawing = false;
  bool clamped = false;
  int axes = 0;  // Of the last stroke.
};

absl::Status ParseField(absl::string_view name, ondemand::value value, RawStrokes* raw, Drawing& drawing, Seen& seen) {
  if (name == "key_id") {
    seen.key = true;
    return ParseKey(value, drawing.key_id);
  }
  if (name == "drawing") {
    if (std::exchange(seen.drawing, true)) return Bad("two drawings");
    return ForEachStroke(value, [&](ondemand::array lists) {
      return raw == nullptr ? ParseStroke(lists, drawing, seen.axes)
                            : ParseRawStroke(lists, *raw, seen.axes, seen.clamped);
    });
  }
  ondemand::json_type type;
  if (const auto error = value.type().get(type)) return BadJson(error);
  if (type == ondemand::json_type::null) return absl::OkStatus();  // Not known, as when the field is missing.
  if (name == "word") return ParseWord(value, drawing.word);
  if (name == "countrycode") return ParseText(value, "countrycode", drawing.country_code);
  if (name == "timestamp") return ParseTime(value, drawing.timestamp_ms);
  if (name == "recognized") return ParseRecognized(value, drawing.recognized);
  return absl::OkStatus();
}

void Clear(Drawing& drawing) {
  drawing.key_id = 0;
  drawing.word.clear();
  drawing.country_code.clear();
  drawing.timestamp_ms = 0;
  drawing.recognized = Drawing::Recognized::kUnknown;
  drawing.ClearStrokes();
}

absl::Status NotAsDrawn() {
  return absl::FailedPreconditionError("simplified drawing: raw points are wanted, its points are not as drawn");
}

}  // namespace

struct NdjsonParser::Impl {
  explicit Impl(PointsKind kind) : points(kind), last_was_raw(kind == PointsKind::kRaw) {}

  // One pass over the line; with `raw` its strokes go there.
  absl::Status ParseObject(absl::string_view line, RawStrokes* raw, Drawing& drawing, Seen& seen);
  absl::Status ParseSimplified(absl::string_view line, Drawing& drawing, Seen& seen);
  absl::Status ParseRaw(absl::string_view line, Drawing& drawing, Seen& seen);

  const PointsKind points;
  bool last_was_raw;
  PlainLineReader plain;
  ondemand::parser parser;
  RawStrokes drawn;
  Simplifier simplifier;
};

NdjsonParser::NdjsonParser(PointsKind points) : impl_(std::make_unique<Impl>(points)) {}
NdjsonParser::~NdjsonParser() = default;

absl::Status NdjsonParser::Impl::ParseObject(absl::string_view line, RawStrokes* raw, Drawing& drawing, Seen& seen) {
  Clear(drawing);
  ondemand::document document;
  const simdjson::padded_string_view padded(line.data(), line.size(), line.size() + kLinePadding);
  if (const auto error = parser.iterate(padded).get(document)) return BadJson(error);
  ondemand::object object;
  if (document.get_object().get(object)) return Bad("not a JSON object");
  for (auto element : object) {
    ondemand::field field;
    if (const auto error = std::move(element).get(field)) return BadJson(error);
    std::string_view json_name;
    if (const auto error = field.unescaped_key().get(json_name)) return BadJson(error);
    DOODLE_RETURN_IF_ERROR(ParseField({json_name.data(), json_name.size()}, field.value(), raw, drawing, seen));
  }
  const bool at_end = document.current_location().error() == simdjson::OUT_OF_BOUNDS;
  if (!at_end) return Bad("text after the JSON object");
  if (!seen.key) return Bad("no key_id");
  if (!seen.drawing) return Bad("no drawing");
  return absl::OkStatus();
}

absl::Status NdjsonParser::Impl::ParseSimplified(absl::string_view line, Drawing& drawing, Seen& seen) {
  seen = {};
  DOODLE_RETURN_IF_ERROR(ParseObject(line, nullptr, drawing, seen));
  return CheckDrawing(drawing);
}

absl::Status NdjsonParser::Impl::ParseRaw(absl::string_view line, Drawing& drawing, Seen& seen) {
  seen = {};
  drawn.Clear();
  DOODLE_RETURN_IF_ERROR(ParseObject(line, &drawn, drawing, seen));
  if (points == PointsKind::kRaw) {
    KeepRaw(drawn, drawing);
  } else {
    DOODLE_RETURN_IF_ERROR(simplifier.Simplify(drawn, drawing));
  }
  drawing.times_clamped = seen.clamped;
  return CheckDrawing(drawing);
}

// Which kind a line is shows only in its strokes, and a pass over it cannot be turned: the kind of the line before is
// tried first, since a file holds one kind, and the other one where that fails. The error is that of the kind whose
// number of lists the line has.
absl::Status NdjsonParser::Parse(absl::string_view line, Drawing& drawing) {
  Seen seen;
  if (!impl_->last_was_raw) {
    Clear(drawing);
    if (impl_->plain.Read(line, drawing) && CheckDrawing(drawing).ok()) return absl::OkStatus();
  }
  if (impl_->last_was_raw) {
    absl::Status raw = impl_->ParseRaw(line, drawing, seen);
    if (raw.ok() || seen.axes == 3) return raw;
    absl::Status simplified = impl_->ParseSimplified(line, drawing, seen);
    if (impl_->points == PointsKind::kRaw) return simplified.ok() ? NotAsDrawn() : simplified;
    impl_->last_was_raw = !simplified.ok();
    return simplified;
  }
  absl::Status simplified = impl_->ParseSimplified(line, drawing, seen);
  if (simplified.ok() || !seen.drawing) return simplified;
  absl::Status raw = impl_->ParseRaw(line, drawing, seen);
  impl_->last_was_raw = raw.ok();
  return raw.ok() || seen.axes == 3 ? raw : simplified;
}

}  // namespace doodle
