// A place for one trainer: a worker and the number of the slot on it.
#ifndef DOODLE_COMMON_IDS_SLOT_ID_H_
#define DOODLE_COMMON_IDS_SLOT_ID_H_

#include <compare>
#include <cstdint>
#include <string>

namespace doodle {

// Ordered by worker, then slot: the order of ranks.
struct SlotId {
  std::string worker{};
  uint32_t slot = 0;

  auto operator<=>(const SlotId&) const = default;
  bool operator==(const SlotId&) const = default;
};

}  // namespace doodle

#endif  // DOODLE_COMMON_IDS_SLOT_ID_H_
