#include "common/ingest/unpacked_source.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/ingest/gzip_source.h"
#include "common/ingest/zstd_source.h"
#include "common/status/status.h"

namespace doodle {
namespace {

// Fails when what is unpacked grows out of proportion: a bomb costs time, although never memory.
class SizedSource final : public ByteSource {
 public:
  explicit SizedSource(std::unique_ptr<ByteSource> unpacked) : unpacked_(std::move(unpacked)) {}

  absl::StatusOr<size_t> Read(char* out, size_t size) override {
    DOODLE_ASSIGN_OR_RETURN(const size_t count, unpacked_->Read(out, size));
    given_ += count;
    DOODLE_RETURN_IF_ERROR(CheckUnpackedSize(unpacked_->bytes_read(), given_));
    return count;
  }

  uint64_t bytes_read() const override { return unpacked_->bytes_read(); }

 private:
  const std::unique_ptr<ByteSource> unpacked_;
  uint64_t given_ = 0;
};

bool IsPacked(ContentFormat format) {
  return format == ContentFormat::kGzip || format == ContentFormat::kZstd || format == ContentFormat::kZip;
}

}  // namespace

PeekedSource::PeekedSource(std::unique_ptr<ByteSource> source)
    : source_(std::move(source)), head_(kSniffedBytes, '\0') {
  size_t size = 0;
  while (size < head_.size()) {
    const auto count = source_->Read(head_.data() + size, head_.size() - size);
    error_ = count.status();
    if (!count.ok() || *count == 0) break;
    size += *count;
  }
  head_.resize(size);
}

absl::StatusOr<size_t> PeekedSource::Read(char* out, size_t size) {
  if (given_ == head_.size()) {
    DOODLE_RETURN_IF_ERROR(error_);
    return source_->Read(out, size);
  }
  const size_t count = std::min(size, head_.size() - given_);
  head_.copy(out, count, given_);
  given_ += count;
  return count;
}

absl::Status CheckUnpackedSize(uint64_t packed_bytes, uint64_t unpacked_bytes) {
  if (unpacked_bytes <= kFreeUnpackedBytes || unpacked_bytes / kMaxUnpackedRatio <= packed_bytes) {
    return absl::OkStatus();
  }
  return absl::ResourceExhaustedError(
      absl::StrCat("unpacks to more than ", kMaxUnpackedRatio, " times its size: taken for a decompression bomb"));
}

absl::StatusOr<UnpackedContent> Unpack(std::unique_ptr<ByteSource> packed, absl::string_view name) {
  auto source = std::make_unique<PeekedSource>(std::move(packed));
  ContentFormat format = FormatOf(source->head(), name);
  if (format != ContentFormat::kGzip && format != ContentFormat::kZstd)
    return UnpackedContent{std::move(source), format};
  auto unpacked = format == ContentFormat::kGzip ? UnpackGzip(std::move(source)) : UnpackZstd(std::move(source));
  source = std::make_unique<PeekedSource>(std::make_unique<SizedSource>(std::move(unpacked)));
  format = FormatOf(source->head(), WithoutPackingSuffix(name));
  if (IsPacked(format)) return absl::UnimplementedError("packed twice: unpack it once first");
  return UnpackedContent{std::move(source), format};
}

}  // namespace doodle
