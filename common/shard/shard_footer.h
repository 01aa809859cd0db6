// Header, footer and trailer of a shard file: everything in it that is not a block (docs/formats/shard.md). Pure.
#ifndef DOODLE_COMMON_SHARD_SHARD_FOOTER_H_
#define DOODLE_COMMON_SHARD_SHARD_FOOTER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/drawing/drawing.h"
#include "common/shard/shard_reader.h"

namespace doodle {

inline constexpr uint32_t kShardVersion = 3;  // The newest that is read.
inline constexpr uint64_t kShardHeaderBytes = 16;
inline constexpr uint64_t kShardTrailerBytes = 24;

// What is written: version 3 holds points as drawn, 2 simplified ones. 1 lacks the times of points.
constexpr uint32_t ShardVersionOf(PointsKind points) { return points == PointsKind::kRaw ? 3 : 2; }
constexpr PointsKind PointsOfVersion(uint32_t version) {
  return version == 3 ? PointsKind::kRaw : PointsKind::kSimplified;
}

// Where a block lies; blocks follow one another from the end of the header.
struct BlockEntry {
  uint64_t offset = 0;
  uint64_t bytes = 0;
  uint32_t crc32c = 0;  // Of its stored bytes.
};

struct ShardFooter {
  std::vector<BlockEntry> blocks;
  std::vector<ShardRow> rows;  // In file order: rising key hash.
};

struct ShardTrailer {
  uint64_t file_bytes = 0;  // Of the whole file, so that a cut or a joined file shows.
  uint32_t footer_bytes = 0;
  uint32_t footer_crc32c = 0;
};

std::string EncodeShardHeader(PointsKind points);
// The version. DATA_LOSS for other bytes, FAILED_PRECONDITION for a version that is newer than this program.
absl::StatusOr<uint32_t> DecodeShardHeader(absl::string_view bytes);

absl::StatusOr<std::string> EncodeShardFooter(const ShardFooter& footer);
// DATA_LOSS for a footer that does not decode or whose rows and blocks do not fit.
absl::StatusOr<ShardFooter> DecodeShardFooter(absl::string_view bytes);

std::string EncodeShardTrailer(const ShardTrailer& trailer);
// DATA_LOSS for bytes that are no trailer, as at the end of a truncated file.
absl::StatusOr<ShardTrailer> DecodeShardTrailer(absl::string_view bytes);

}  // namespace doodle

#endif  // DOODLE_COMMON_SHARD_SHARD_FOOTER_H_
