// Columns of a block or footer: runs of bytes of one kind, each compressed with zstd on its own. The one door to zstd.
#ifndef DOODLE_COMMON_SHARD_COLUMN_CODEC_H_
#define DOODLE_COMMON_SHARD_COLUMN_CODEC_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/io/bytes.h"

namespace doodle {

// Appends column := varint raw size, varint stored size, stored bytes. Stored size equal to raw size: the bytes as they
// are, where zstd gains nothing; else one zstd frame. The same bytes for the same zstd version.
absl::Status AppendColumn(absl::string_view raw, std::string& out);

// The next column's raw bytes. DATA_LOSS for a column that does not decode or is larger than `limit` bytes.
absl::StatusOr<std::string> TakeColumn(ByteReader& in, uint64_t limit);

}  // namespace doodle

#endif  // DOODLE_COMMON_SHARD_COLUMN_CODEC_H_
