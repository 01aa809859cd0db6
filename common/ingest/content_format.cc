#include "common/ingest/content_format.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "common/ingest/bin_file.h"
#include "common/ingest/csv_file.h"
#include "common/ingest/npy_header.h"
#include "common/io/bytes.h"

namespace doodle {
namespace {

constexpr absl::string_view kGzipMagic = "\x1f\x8b";
constexpr int64_t kFirstYear = 1'420'070'400;  // 2015: before the game began.

// The bytes before the strokes (bin_file.h) are as a record's are. No text has the byte of `recognized`.
bool IsBinHead(absl::string_view head) {
  const bool country = (head[8] == 0 && head[9] == 0) || (absl::ascii_isalpha(static_cast<unsigned char>(head[8])) &&
                                                          absl::ascii_isalpha(static_cast<unsigned char>(head[9])));
  const uint32_t seconds = ByteReader(head.substr(11)).Fixed<uint32_t>();
  return country && (head[10] == 0 || head[10] == 1) && (seconds == 0 || seconds > kFirstYear) &&
         ByteReader(head.substr(15)).Fixed<uint16_t>() > 0;
}

// The first record is sound as far as it is seen.
bool IsBin(absl::string_view head) {
  if (head.size() < kBinHeadBytes || !IsBinHead(head)) return false;
  size_t at = kBinHeadBytes;
  for (uint32_t left = ByteReader(head.substr(15)).Fixed<uint16_t>(); left > 0 && at + 2 <= head.size(); --left) {
    const uint32_t points = ByteReader(head.substr(at)).Fixed<uint16_t>();
    if (points == 0) return false;
    at += 2 + 2 * size_t{points};
  }
  return true;
}

bool IsNdjson(absl::string_view head) {
  const absl::string_view text = absl::StripLeadingAsciiWhitespace(head);
  return absl::StartsWith(text, "{") &&
         (absl::StrContains(text, "\"drawing\"") || absl::StrContains(text, "\"key_id\""));
}

ContentFormat FormatOfTable(absl::string_view head) {
  head = absl::StripLeadingAsciiWhitespace(absl::StripPrefix(head, "\xEF\xBB\xBF"));
  const absl::string_view line = absl::StripSuffix(head.substr(0, head.find('\n')), "\r");
  std::vector<std::string> columns;
  if (!SplitCsvLine(line, columns).ok()) return ContentFormat::kUnknown;
  const auto has = [&](absl::string_view name) { return std::count(columns.begin(), columns.end(), name) > 0; };
  if (!has("key_id")) return ContentFormat::kUnknown;
  if (has("drawing")) return ContentFormat::kTable;
  return has("word") ? ContentFormat::kSubmission : ContentFormat::kUnknown;
}

ContentFormat FormatOfText(absl::string_view head) {
  return IsNdjson(head) ? ContentFormat::kNdjson : FormatOfTable(head);
}

ContentFormat FormatOfArray(absl::string_view head) {
  const auto header = ParseNpyHeader(head);
  return header.ok() && !header->holds_objects() ? ContentFormat::kBitmaps : ContentFormat::kStrokeArrays;
}

ContentFormat FormatOfName(absl::string_view name) {
  using Ending = std::pair<absl::string_view, ContentFormat>;
  constexpr std::array<Ending, 10> kEndings = {{{".ndjson", ContentFormat::kNdjson},
                                                {".jsonl", ContentFormat::kNdjson},
                                                {".csv", ContentFormat::kTable},
                                                {".bin", ContentFormat::kBin},
                                                {".npy", ContentFormat::kStrokeArrays},
                                                {".npz", ContentFormat::kZip},
                                                {".zip", ContentFormat::kZip},
                                                {".gz", ContentFormat::kGzip},
                                                {".zst", ContentFormat::kZstd},
                                                {".zstd", ContentFormat::kZstd}}};
  for (const auto& [ending, format] : kEndings) {
    if (absl::EndsWith(name, ending)) return format;
  }
  return ContentFormat::kUnknown;
}

}  // namespace

absl::string_view WithoutPackingSuffix(absl::string_view name) {
  for (const absl::string_view ending : {".gz", ".zst", ".zstd"}) {
    if (absl::ConsumeSuffix(&name, ending)) break;
  }
  return name;
}

ContentFormat FormatOf(absl::string_view head, absl::string_view name) {
  if (absl::StartsWith(head, "PK\x03\x04") || absl::StartsWith(head, "PK\x05\x06")) return ContentFormat::kZip;
  if (absl::StartsWith(head, "\x28\xb5\x2f\xfd")) return ContentFormat::kZstd;
  if (absl::StartsWith(head, kNpyMagic)) return FormatOfArray(head);
  if (absl::StartsWith(head, kGzipMagic) && absl::EndsWith(name, ".gz")) return ContentFormat::kGzip;
  if (IsBin(head)) return ContentFormat::kBin;
  if (absl::StartsWith(head, kGzipMagic) && head.size() > 2 && head[2] == 8) return ContentFormat::kGzip;
  if (const ContentFormat text = FormatOfText(head); text != ContentFormat::kUnknown) return text;
  return FormatOfName(name);
}

}  // namespace doodle
