#include "bench/parse/dom_parser.h"

#define SIMDJSON_EXCEPTIONS 0  // As in common/ingest.
#include <simdjson.h>

#include <cstdint>
#include <string_view>
#include <vector>

#include "absl/strings/numbers.h"

namespace doodle {
namespace {

namespace dom = simdjson::dom;

bool AppendNumbers(dom::element element, std::vector<uint8_t>& out) {
  dom::array numbers;
  if (element.get(numbers)) return false;
  for (const dom::element value : numbers) {
    int64_t number = 0;
    if (value.get(number)) return false;
    out.push_back(static_cast<uint8_t>(number));
  }
  return true;
}

bool AppendStroke(dom::element element, Drawing& drawing) {
  dom::array axes;
  if (element.get(axes) || axes.size() != 2) return false;
  const size_t before = drawing.x.size();
  dom::element x;
  dom::element y;
  if (axes.at(0).get(x) || axes.at(1).get(y)) return false;
  if (!AppendNumbers(x, drawing.x) || !AppendNumbers(y, drawing.y)) return false;
  drawing.stroke_lengths.push_back(static_cast<uint32_t>(drawing.x.size() - before));
  return true;
}

}  // namespace

struct DomParser::Impl {
  dom::parser parser;
};

DomParser::DomParser() : impl_(std::make_unique<Impl>()) {}
DomParser::~DomParser() = default;

bool DomParser::Parse(absl::string_view line, Drawing& drawing) {
  drawing.ClearStrokes();
  dom::element document;
  if (impl_->parser.parse(line.data(), line.size(), /*realloc_if_needed=*/false).get(document)) return false;
  std::string_view word;
  std::string_view key;
  dom::array strokes;
  if (document["word"].get(word) || document["key_id"].get(key) || document["drawing"].get(strokes)) return false;
  drawing.word.assign(word);
  if (!absl::SimpleAtoi(absl::string_view(key.data(), key.size()), &drawing.key_id)) return false;
  for (const dom::element stroke : strokes) {
    if (!AppendStroke(stroke, drawing)) return false;
  }
  return true;
}

}  // namespace doodle
