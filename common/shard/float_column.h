// A column of float32 numbers, every bit of them kept: steps between neighbors, in planes of bytes
// (docs/formats/shard.md).
#ifndef DOODLE_COMMON_SHARD_FLOAT_COLUMN_H_
#define DOODLE_COMMON_SHARD_FLOAT_COLUMN_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace doodle {

// Gathers runs of numbers; the column's bytes at the end. Thread-compatible.
class FloatColumnWriter {
 public:
  // A run of its own: its first number is a step from 0.
  void Append(const std::vector<float>& run);

  // Four planes, the lowest bytes of all steps first.
  std::string Bytes() const;

 private:
  std::vector<uint32_t> steps_;
};

// The reverse. `bytes` must outlive it. Thread-compatible.
class FloatColumnReader {
 public:
  explicit FloatColumnReader(absl::string_view bytes) : bytes_(bytes), count_(bytes.size() / 4) {}

  // Replaces `run` by the next `count` numbers, which began as one run. False when there are fewer or one of them is
  // not finite.
  bool Take(size_t count, std::vector<float>& run);

  // Everything was taken.
  bool AtEnd() const { return next_ == count_ && bytes_.size() == 4 * count_; }

 private:
  absl::string_view bytes_;
  size_t count_;
  size_t next_ = 0;
};

}  // namespace doodle

#endif  // DOODLE_COMMON_SHARD_FLOAT_COLUMN_H_
