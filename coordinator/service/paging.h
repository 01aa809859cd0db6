// Pages of a list whose items have a key that rises.
#ifndef DOODLE_COORDINATOR_SERVICE_PAGING_H_
#define DOODLE_COORDINATOR_SERVICE_PAGING_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/status/status.h"

namespace doodle {

inline constexpr uint32_t kDefaultPage = 100;
inline constexpr uint32_t kLargestPage = 1000;

template <typename Item>
struct Page {
  std::vector<Item> items;
  std::string next_token;  // Empty: this was the last page.
};

// Up to `size` items (0: 100, at most 1000) whose place is that of `token`, a number in decimal; empty: the first.
// INVALID_ARGUMENT for another token. A list that shrinks meanwhile may skip items, never repeat one.
template <typename Item>
absl::StatusOr<Page<Item>> PageOf(std::vector<Item> items, uint32_t size, const std::string& token) {
  uint64_t first = 0;
  if (!token.empty() && !absl::SimpleAtoi(token, &first)) return InvalidField("page_token", "is none of ours");
  if (size > kLargestPage) return InvalidField("page_size", absl::StrCat("must be at most ", kLargestPage));
  if (size == 0) size = kDefaultPage;
  Page<Item> page;
  for (uint64_t i = first; i < items.size() && page.items.size() < size; ++i) page.items.push_back(std::move(items[i]));
  if (first + page.items.size() < items.size()) page.next_token = absl::StrCat(first + page.items.size());
  return page;
}

}  // namespace doodle

#endif  // DOODLE_COORDINATOR_SERVICE_PAGING_H_
