#include "coordinator/control/log_tail.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "common/ids/utf8.h"

namespace doodle {
namespace {

constexpr uint64_t kReadAtMost = 256 << 10;

}  // namespace

std::optional<LogLine> ParseLogName(absl::string_view name) {
  LogLine line;
  if (!absl::ConsumePrefix(&name, "g") || !absl::ConsumeSuffix(&name, ".log")) return std::nullopt;
  const std::pair<absl::string_view, absl::string_view> parts = absl::StrSplit(name, absl::MaxSplits("-r", 1));
  if (!absl::SimpleAtoi(parts.first, &line.generation) || !absl::SimpleAtoi(parts.second, &line.rank)) {
    return std::nullopt;
  }
  return line;
}

LogTail::LogTail(FileSystem& files, std::string directory, std::optional<uint32_t> rank)
    : files_(files), directory_(std::move(directory)), rank_(rank) {}

std::vector<LogLine> LogTail::Last(size_t count) {
  std::vector<LogLine> lines = More();
  if (lines.size() > count) lines.erase(lines.begin(), lines.end() - static_cast<ptrdiff_t>(count));
  return lines;
}

std::vector<LogLine> LogTail::More() {
  const auto names = files_.List(directory_);
  if (!names.ok()) return {};
  std::vector<std::pair<std::tuple<uint64_t, uint32_t>, std::string>> ordered;
  for (const std::string& name : *names) {
    const std::optional<LogLine> parsed = ParseLogName(name);
    if (!parsed || (rank_ && parsed->rank != *rank_)) continue;
    ordered.push_back({{parsed->generation, parsed->rank}, name});
  }
  std::sort(ordered.begin(), ordered.end());
  std::vector<LogLine> lines;
  for (const auto& [key, name] : ordered) {
    for (LogLine& line : ReadFrom(name, kReadAtMost)) lines.push_back(std::move(line));
  }
  return lines;
}

std::vector<LogLine> LogTail::ReadFrom(const std::string& name, uint64_t limit) {
  const auto file = files_.Open(absl::StrCat(directory_, "/", name));
  if (!file.ok()) return {};
  const bool first_look = !read_.contains(name);
  uint64_t& position = read_[name];
  const uint64_t size = (*file)->size();
  if (size <= position) return {};
  // Of a long file that was never looked at only the end; the first line of it may be cut.
  if (first_look && size > limit) position = size - limit;
  const auto text = (*file)->Read(position, std::min(limit, size - position));
  if (!text.ok()) return {};
  const size_t newline = text->rfind('\n');
  // A line longer than what is read at a time comes in pieces: to wait for its end would be to wait for ever.
  if (newline == std::string::npos && text->size() < limit) return {};
  const size_t end = newline == std::string::npos ? text->size() : newline;
  position += newline == std::string::npos ? end : end + 1;
  std::vector<LogLine> lines;
  for (absl::string_view line : absl::StrSplit(absl::string_view(*text).substr(0, end), '\n')) {
    lines.push_back(*ParseLogName(name));
    lines.back().text = ReplaceInvalidUtf8(std::string(line));
  }
  return lines;
}

}  // namespace doodle
