#include "common/ingest/plain_line_reader.h"

#include <array>

#include "absl/strings/ascii.h"
#include "common/drawing/drawing_check.h"
#include "common/ingest/number_list.h"
#include "common/ingest/timestamp.h"

namespace doodle {
namespace {

constexpr std::array<absl::string_view, 6> kNames = {"word",       "countrycode", "timestamp",
                                                     "recognized", "key_id",      "drawing"};
constexpr uint32_t kNeeded = 1U << 4 | 1U << 5;
constexpr size_t kMaxKeyDigits = 19;  // Always below 2^64.

// The bit of a name; 0 for another one.
uint32_t BitOf(absl::string_view name) {
  for (size_t i = 0; i < kNames.size(); ++i) {
    if (name == kNames[i]) return 1U << i;
  }
  return 0;
}

bool ReadKey(absl::string_view text, uint64_t& key) {
  if (text.empty() || text.size() > kMaxKeyDigits) return false;
  key = 0;
  for (const char c : text) {
    if (!absl::ascii_isdigit(static_cast<unsigned char>(c))) return false;
    key = 10 * key + static_cast<uint64_t>(c - '0');
  }
  return true;
}

bool ReadTime(absl::string_view text, int64_t& timestamp_ms) {
  const auto parsed = ParseTimestamp(text);
  if (parsed.ok()) timestamp_ms = *parsed;
  return parsed.ok();
}

}  // namespace

// The rest of a line.
struct PlainLineReader::Cursor {
  absl::string_view rest;

  bool Take(absl::string_view text) {
    if (rest.substr(0, text.size()) != text) return false;
    rest.remove_prefix(text.size());
    return true;
  }

  void SkipBlank() {
    if (!rest.empty() && rest[0] == ' ') rest.remove_prefix(1);
  }

  bool TakeText(absl::string_view& text) {
    if (!Take("\"")) return false;
    size_t size = 0;
    for (; size < rest.size() && rest[size] != '"'; ++size) {
      if (rest[size] < ' ' || rest[size] > '~' || rest[size] == '\\') return false;  // Also bytes from 0x80 on.
    }
    text = rest.substr(0, size);
    rest.remove_prefix(size);
    return Take("\"");
  }
};

PlainLineReader::PlainLineReader() : x_(kMaxDrawingPoints), y_(kMaxDrawingPoints) {}

bool PlainLineReader::ReadStrokes(Cursor& at, Drawing& drawing) {
  NumberListCursor list(at.rest.data(), at.rest.data() + at.rest.size());
  size_t x = 0;
  size_t y = 0;
  bool more = list.Take('[');
  if (!more) return false;
  while (more) {
    const size_t before = x;
    if (!list.Take('[') || !list.Take('[') || !list.TakeNumbers(x_.data(), x_.size(), x)) return false;
    if (!list.Take(',') || !list.Take('[') || !list.TakeNumbers(y_.data(), y_.size(), y)) return false;
    if (x != y || !list.Take(']') || !list.TakeCommaOrEnd(more)) return false;
    drawing.stroke_lengths.push_back(static_cast<uint32_t>(x - before));
  }
  const auto taken = static_cast<size_t>(list.next() - at.rest.data());
  if (taken > at.rest.size()) return false;  // The last bracket is of what lies behind the line.
  at.rest.remove_prefix(taken);
  drawing.x.assign(x_.data(), x_.data() + x);
  drawing.y.assign(y_.data(), y_.data() + y);
  return true;
}

bool PlainLineReader::ReadValue(absl::string_view name, Cursor& at, Drawing& drawing) {
  if (name == "drawing") return ReadStrokes(at, drawing);
  if (name == "recognized") {
    const bool yes = at.Take("true");
    drawing.recognized = yes ? Drawing::Recognized::kTrue : Drawing::Recognized::kFalse;
    return yes || at.Take("false");
  }
  absl::string_view text;
  if (!at.TakeText(text)) return false;
  if (name == "key_id") return ReadKey(text, drawing.key_id);
  if (name == "timestamp") return ReadTime(text, drawing.timestamp_ms);
  std::string& out = name == "word" ? drawing.word : drawing.country_code;
  out.assign(text.data(), text.size());
  return name != "word" || CheckWord(drawing.word).ok();
}

bool PlainLineReader::Read(absl::string_view line, Drawing& drawing) {
  Cursor at{line};
  if (!at.Take("{")) return false;
  uint32_t seen = 0;
  do {
    at.SkipBlank();
    absl::string_view name;
    if (!at.TakeText(name) || !at.Take(":")) return false;
    at.SkipBlank();
    const uint32_t bit = BitOf(name);
    if (bit == 0 || (seen & bit) != 0 || !ReadValue(name, at, drawing)) return false;
    seen |= bit;
  } while (at.Take(","));
  return at.Take("}") && at.rest.empty() && (seen & kNeeded) == kNeeded;
}

}  // namespace doodle
