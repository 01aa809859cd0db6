// The bytes of one block: up to 1,024 drawings as delta-coded columns (docs/formats/shard.md). Pure.
#ifndef DOODLE_COMMON_SHARD_BLOCK_CODEC_H_
#define DOODLE_COMMON_SHARD_BLOCK_CODEC_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "common/drawing/drawing.h"
#include "common/shard/shard_reader.h"

namespace doodle {

// 1 to kBlockDrawings drawings that pass CheckDrawing, in order of key hash, all raw or none: the block of a shard of
// version 3 or 2 (ShardVersionOf). Keys, labels and flags are not in the block but in the footer's rows; only the first
// key's hash is, which ties the block to its place.
absl::StatusOr<std::string> EncodeBlock(absl::Span<const Drawing> drawings);

// `version` is the shard's; `rows` are the footer's rows of this block; words come from `classes`. DATA_LOSS for bytes
// that are not such a block. The memory of `used`, drawings of some block before, is used again.
absl::StatusOr<std::vector<Drawing>> DecodeBlock(absl::string_view bytes, uint32_t version,
                                                 absl::Span<const ShardRow> rows,
                                                 const std::vector<std::string>& classes,
                                                 std::vector<Drawing> used = {});

}  // namespace doodle

#endif  // DOODLE_COMMON_SHARD_BLOCK_CODEC_H_
