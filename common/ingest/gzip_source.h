// Unpacks gzip. The one door to zlib's inflate.
#ifndef DOODLE_COMMON_INGEST_GZIP_SOURCE_H_
#define DOODLE_COMMON_INGEST_GZIP_SOURCE_H_

#include <memory>

#include "common/ingest/byte_source.h"

namespace doodle {

// The bytes that `packed` holds; several members are one stream. Read: DATA_LOSS for a damaged or truncated file.
// bytes_read() is what was taken of `packed`. Memory: about 300 KiB.
std::unique_ptr<ByteSource> UnpackGzip(std::unique_ptr<ByteSource> packed);

}  // namespace doodle

#endif  // DOODLE_COMMON_INGEST_GZIP_SOURCE_H_
