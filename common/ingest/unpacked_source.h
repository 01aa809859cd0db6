// From the bytes of a file as it lies there to those of the drawings in it, however it is packed.
#ifndef DOODLE_COMMON_INGEST_UNPACKED_SOURCE_H_
#define DOODLE_COMMON_INGEST_UNPACKED_SOURCE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/ingest/byte_source.h"
#include "common/ingest/content_format.h"

namespace doodle {

// A source whose first bytes can be looked at before they are read. Thread-compatible.
class PeekedSource final : public ByteSource {
 public:
  // Reads kSniffedBytes, or all of a shorter source. An error of `source` is given by Read, behind what came before it.
  explicit PeekedSource(std::unique_ptr<ByteSource> source);

  // Valid as long as the source.
  absl::string_view head() const { return head_; }

  absl::StatusOr<size_t> Read(char* out, size_t size) override;
  uint64_t bytes_read() const override { return source_->bytes_read(); }

 private:
  const std::unique_ptr<ByteSource> source_;
  std::string head_;
  size_t given_ = 0;  // Of head_.
  absl::Status error_;
};

// More than this many times its packed size, once it is more than kFreeUnpackedBytes, no file of drawings unpacks to:
// ndjson packs to a third or a quarter.
inline constexpr uint64_t kMaxUnpackedRatio = 200;
inline constexpr uint64_t kFreeUnpackedBytes = 64 << 20;

// RESOURCE_EXHAUSTED for sizes that break the limits above.
absl::Status CheckUnpackedSize(uint64_t packed_bytes, uint64_t unpacked_bytes);

struct UnpackedContent {
  std::unique_ptr<PeekedSource> source;
  ContentFormat format = ContentFormat::kUnknown;  // Of `source`; never kGzip or kZstd.
};

// Takes gzip or zstd off, once. `name` as in FormatOf. UNIMPLEMENTED for what is packed twice. The source fails with
// RESOURCE_EXHAUSTED where CheckUnpackedSize does.
absl::StatusOr<UnpackedContent> Unpack(std::unique_ptr<ByteSource> packed, absl::string_view name);

}  // namespace doodle

#endif  // DOODLE_COMMON_INGEST_UNPACKED_SOURCE_H_
