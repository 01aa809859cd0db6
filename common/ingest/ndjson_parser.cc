#include "common/ingest/ndjson_parser.h"

#define SIMDJSON_EXCEPTIONS 0  // A result that is used unchecked does not compile.
#include <simdjson.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/drawing/drawing_check.h"
#include "common/ingest/line_reader.h"
#include "common/ingest/timestamp.h"
#include "common/status/status.h"

namespace doodle {
namespace {

namespace ondemand = simdjson::ondemand;

static_assert(simdjson::SIMDJSON_PADDING <= kLinePadding);

constexpr size_t kMaxWordBytes = 100;

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
  if (word.empty() || word.size() > kMaxWordBytes || std::any_of(word.begin(), word.end(), absl::ascii_iscntrl)) {
    return Bad(absl::StrCat("word is empty, longer than ", kMaxWordBytes, " bytes or has control characters"));
  }
  return absl::OkStatus();
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

absl::Status ParseStroke(ondemand::array axes, Drawing& drawing) {
  const size_t before = drawing.x.size();
  int axis = 0;
  for (auto element : axes) {
    ondemand::array numbers;
    if (element.get_array().get(numbers)) return Bad("not a pair of lists");
    if (axis == 2) return Bad("has times: raw drawings are not supported yet");
    DOODLE_RETURN_IF_ERROR(ParseAxis(numbers, axis == 0 ? drawing.x : drawing.y));
    ++axis;
  }
  if (axis != 2) return Bad("not a pair of lists");
  if (drawing.x.size() != drawing.y.size()) {
    return Bad(absl::StrCat(drawing.x.size() - before, " x but ", drawing.y.size() - before, " y"));
  }
  if (drawing.x.size() == before) return Bad("is empty");
  drawing.stroke_lengths.push_back(static_cast<uint32_t>(drawing.x.size() - before));
  return absl::OkStatus();
}

absl::Status ParseStrokes(ondemand::value value, Drawing& drawing) {
  drawing.stroke_lengths.clear();
  drawing.x.clear();
  drawing.y.clear();
  ondemand::array strokes;
  if (value.get_array().get(strokes)) return Bad("drawing is not a list");
  for (auto element : strokes) {
    ondemand::array axes;
    const std::string clause = absl::StrCat("stroke ", drawing.stroke_lengths.size());
    if (element.get_array().get(axes)) return Bad(absl::StrCat(clause, ": not a pair of lists"));
    DOODLE_RETURN_IF_ERROR(ParseStroke(axes, drawing), clause);
  }
  return absl::OkStatus();
}

struct Seen {
  bool key = false;
  bool drawing = false;
};

absl::Status ParseField(absl::string_view name, ondemand::value value, Drawing& drawing, Seen& seen) {
  if (name == "key_id") {
    seen.key = true;
    return ParseKey(value, drawing.key_id);
  }
  if (name == "drawing") {
    seen.drawing = true;
    return ParseStrokes(value, drawing);
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
  drawing.times_ms.clear();
  drawing.recognized = Drawing::Recognized::kUnknown;
  drawing.stroke_lengths.clear();
  drawing.x.clear();
  drawing.y.clear();
}

}  // namespace

struct NdjsonParser::Impl {
  ondemand::parser parser;
};

NdjsonParser::NdjsonParser() : impl_(std::make_unique<Impl>()) {}
NdjsonParser::~NdjsonParser() = default;

absl::Status NdjsonParser::Parse(absl::string_view line, Drawing& drawing) {
  Clear(drawing);
  ondemand::document document;
  const simdjson::padded_string_view padded(line.data(), line.size(), line.size() + kLinePadding);
  if (const auto error = impl_->parser.iterate(padded).get(document)) return BadJson(error);
  ondemand::object object;
  if (document.get_object().get(object)) return Bad("not a JSON object");
  Seen seen;
  for (auto element : object) {
    ondemand::field field;
    if (const auto error = std::move(element).get(field)) return BadJson(error);
    std::string_view json_name;
    if (const auto error = field.unescaped_key().get(json_name)) return BadJson(error);
    DOODLE_RETURN_IF_ERROR(ParseField({json_name.data(), json_name.size()}, field.value(), drawing, seen));
  }
  const bool at_end = document.current_location().error() == simdjson::OUT_OF_BOUNDS;
  if (!at_end) return Bad("text after the JSON object");
  if (!seen.key) return Bad("no key_id");
  if (!seen.drawing) return Bad("no drawing");
  return CheckDrawing(drawing);
}

}  // namespace doodle
