// Unpacks zstd. The one door to libzstd's streams; blocks of a shard are common/shard's.
#ifndef DOODLE_COMMON_INGEST_ZSTD_SOURCE_H_
#define DOODLE_COMMON_INGEST_ZSTD_SOURCE_H_

#include <memory>

#include "common/ingest/byte_source.h"

namespace doodle {

// The bytes that `packed` holds; several frames are one stream. Read: DATA_LOSS for a damaged or truncated file,
// RESOURCE_EXHAUSTED for a window above 128 MiB, the limit of zstd's own tool. A flipped bit is found where the frame
// has a checksum, as the tool writes it. bytes_read() is what was taken of `packed`. Memory: the frame's window (up to
// 8 MiB at the tool's levels 1 to 19) and about 300 KiB.
std::unique_ptr<ByteSource> UnpackZstd(std::unique_ptr<ByteSource> packed);

}  // namespace doodle

#endif  // DOODLE_COMMON_INGEST_ZSTD_SOURCE_H_
