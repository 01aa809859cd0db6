#include "cli/task_event_reader.h"

#include <cstdint>
#include <cstring>

namespace doodle {

namespace {
constexpr uint32_t kMaxFrame = 1 << 20;  // Bytes.
}  // namespace

absl::StatusOr<std::optional<v1::TaskEvent>> TaskEventReader::Next() {
  uint32_t length = 0;
  if (buffer_.size() < sizeof(length)) return std::nullopt;
  for (size_t i = 0; i < sizeof(length); ++i) length |= uint32_t{static_cast<uint8_t>(buffer_[i])} << (8 * i);
  if (length > kMaxFrame) return absl::DataLossError("the trainer's output is not made of task events");
  if (buffer_.size() < sizeof(length) + length) return std::nullopt;
  v1::TaskEvent event;
  if (!event.ParseFromArray(buffer_.data() + sizeof(length), static_cast<int>(length))) {
    return absl::DataLossError("a task event of the trainer does not parse");
  }
  buffer_.erase(0, sizeof(length) + length);
  return event;
}

}  // namespace doodle
