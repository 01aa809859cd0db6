#include "common/ingest/npy_header.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "common/status/status.h"

namespace doodle {
namespace {

absl::Status Damaged(absl::string_view what) { return absl::DataLossError(absl::StrCat("npy header: ", what)); }

// What follows 'name': in the dictionary, blanks taken off; empty when it is not there.
absl::string_view ValueOf(absl::string_view text, absl::string_view name) {
  const std::string key = absl::StrCat("'", name, "':");
  const size_t at = text.find(key);
  return at == absl::string_view::npos ? absl::string_view()
                                       : absl::StripLeadingAsciiWhitespace(text.substr(at + key.size()));
}

absl::StatusOr<std::string> ParseType(absl::string_view value) {
  if (absl::StartsWith(value, "[")) return absl::UnimplementedError("npy header: an array of records");
  const size_t end = value.find('\'', 1);
  if (!absl::StartsWith(value, "'") || end == absl::string_view::npos) return Damaged("no type");
  return std::string(value.substr(1, end - 1));
}

absl::StatusOr<std::vector<uint64_t>> ParseShape(absl::string_view value) {
  const size_t end = value.find(')');
  if (!absl::StartsWith(value, "(") || end == absl::string_view::npos) return Damaged("no shape");
  std::vector<uint64_t> shape;
  for (absl::string_view number : absl::StrSplit(value.substr(1, end - 1), ',', absl::SkipWhitespace())) {
    number = absl::StripSuffix(absl::StripAsciiWhitespace(number), "L");  // As Python 2 wrote long ones.
    uint64_t size = 0;
    if (!absl::SimpleAtoi(number, &size)) return Damaged("a shape that is not of numbers");
    shape.push_back(size);
  }
  return shape;
}

}  // namespace

absl::StatusOr<NpyHeader> ParseNpyHeader(absl::string_view head) {
  if (head.size() < 12 || !absl::StartsWith(head, kNpyMagic)) return Damaged("cut off");
  const auto byte = [&](size_t at) { return size_t{static_cast<unsigned char>(head[at])}; };
  const size_t version = byte(6);
  if (version < 1 || version > 3) return Damaged(absl::StrCat("version ", version));
  const size_t start = version == 1 ? 10 : 12;
  size_t length = byte(8) | byte(9) << 8;
  if (version > 1) length |= byte(10) << 16 | byte(11) << 24;
  if (length > kMaxNpyHeaderBytes) return Damaged(absl::StrCat("of ", length, " bytes"));
  if (head.size() < start + length) return Damaged("cut off");
  const absl::string_view text = head.substr(start, length);
  NpyHeader header;
  header.bytes = start + length;
  DOODLE_ASSIGN_OR_RETURN(header.type, ParseType(ValueOf(text, "descr")));
  DOODLE_ASSIGN_OR_RETURN(header.shape, ParseShape(ValueOf(text, "shape")));
  header.by_column = absl::StartsWith(ValueOf(text, "fortran_order"), "True");
  return header;
}

}  // namespace doodle
