// Unpacks gzip. The one door to ISA-L, whose inflate takes a third of zlib's time.
#ifndef DOODLE_COMMON_INGEST_GZIP_SOURCE_H_
#define DOODLE_COMMON_INGEST_GZIP_SOURCE_H_

#include <memory>

#include "common/ingest/byte_source.h"

namespace doodle {

// The bytes that `packed` holds; several members are one stream. Read: DATA_LOSS for a damaged or truncated file.
// bytes_read() is what was taken of `packed`. Memory: about 350 KiB.
std::unique_ptr<ByteSource> UnpackGzip(std::unique_ptr<ByteSource> packed);

}  // namespace doodle

#endif  // DOODLE_COMMON_INGEST_GZIP_SOURCE_H_
