#include "common/catalog/nearest_name.h"

#include <algorithm>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace doodle {

int EditDistance(absl::string_view a, absl::string_view b) {
  const int rows = static_cast<int>(a.size());
  const int columns = static_cast<int>(b.size());
  std::vector<std::vector<int>> distance(rows + 1, std::vector<int>(columns + 1));
  for (int i = 0; i <= rows; ++i) distance[i][0] = i;
  for (int j = 0; j <= columns; ++j) distance[0][j] = j;
  const auto same = [&](int i, int j) { return absl::ascii_tolower(a[i - 1]) == absl::ascii_tolower(b[j - 1]); };
  for (int i = 1; i <= rows; ++i) {
    for (int j = 1; j <= columns; ++j) {
      int best = std::min(distance[i - 1][j], distance[i][j - 1]) + 1;
      best = std::min(best, distance[i - 1][j - 1] + (same(i, j) ? 0 : 1));
      const bool swapped = i > 1 && j > 1 && same(i, j - 1) && same(i - 1, j);
      if (swapped) best = std::min(best, distance[i - 2][j - 2] + 1);
      distance[i][j] = best;
    }
  }
  return distance[rows][columns];
}

std::string NearestName(absl::string_view name, std::span<const absl::string_view> names) {
  constexpr size_t kLongestName = 128;  // The table above is quadratic, and a longer name is no slip of the finger.
  if (name.size() > kLongestName) return "";
  const int letters = static_cast<int>(name.size());
  int nearest = std::min(std::max(2, letters / 3), letters - 1) + 1;
  std::string result;
  for (absl::string_view candidate : names) {
    const int distance = EditDistance(name, candidate);
    if (distance >= nearest) continue;
    nearest = distance;
    result = std::string(candidate);
  }
  return result;
}

std::string ShownText(absl::string_view text) {
  constexpr size_t kShown = 40;  // A whole line of noise helps nobody.
  size_t end = std::min(text.size(), kShown);
  const auto continues = [&](size_t at) { return (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80; };
  while (end > 0 && end < text.size() && continues(end)) --end;
  return absl::StrCat(absl::Utf8SafeCEscape(text.substr(0, end)), end < text.size() ? "..." : "");
}

std::string UnknownName(absl::string_view kind, absl::string_view name, std::span<const absl::string_view> names) {
  const std::string unknown = absl::StrCat("unknown ", kind, " \"", ShownText(name), "\"");
  const std::string nearest = NearestName(name, names);
  if (!nearest.empty()) return absl::StrCat(unknown, ", did you mean \"", nearest, "\"?");
  if (names.empty()) return absl::StrCat(unknown, "; there are none");
  return absl::StrCat(unknown, ", expected one of ", absl::StrJoin(names, ", "));
}

}  // namespace doodle
