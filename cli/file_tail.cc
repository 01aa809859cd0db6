#include "cli/file_tail.h"

#include <algorithm>

namespace doodle {

namespace {
constexpr uint64_t kMaxBytes = 8192;
}  // namespace

std::string FileTail(FileSystem& files, const std::string& path, int lines) {
  const auto file = files.Open(path);
  if (!file.ok()) return "";
  const uint64_t length = std::min((*file)->size(), kMaxBytes);
  const absl::StatusOr<std::string> text = (*file)->Read((*file)->size() - length, length);
  if (!text.ok()) return "";
  size_t start = text->size();
  if (start > 0 && (*text)[start - 1] == '\n') --start;
  for (; start > 0; --start) {
    if ((*text)[start - 1] == '\n' && --lines == 0) break;
  }
  return text->substr(start);
}

}  // namespace doodle
