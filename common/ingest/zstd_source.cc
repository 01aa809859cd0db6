#include "common/ingest/zstd_source.h"

#include <zstd.h>
#include <zstd_errors.h>

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/status/status.h"

namespace doodle {
namespace {

constexpr size_t kChunkBytes = 256 << 10;
constexpr int kLargestWindowLog = 27;

class ZstdSource final : public ByteSource {
 public:
  explicit ZstdSource(std::unique_ptr<ByteSource> packed)
      : packed_(std::move(packed)), chunk_(kChunkBytes), stream_(ZSTD_createDStream()) {
    if (stream_ != nullptr) ZSTD_DCtx_setParameter(stream_, ZSTD_d_windowLogMax, kLargestWindowLog);
  }
  ~ZstdSource() override { ZSTD_freeDStream(stream_); }
  ZstdSource(const ZstdSource&) = delete;
  ZstdSource& operator=(const ZstdSource&) = delete;

  absl::StatusOr<size_t> Read(char* out, size_t size) override {
    if (stream_ == nullptr) return absl::ResourceExhaustedError("zstd: no memory");
    ZSTD_outBuffer output{out, size, 0};
    while (output.pos == 0) {
      DOODLE_RETURN_IF_ERROR(Refill());
      if (input_.size == 0 && frame_ended_) return 0;
      DOODLE_RETURN_IF_ERROR(Decompress(output));
    }
    return output.pos;
  }

  uint64_t bytes_read() const override { return packed_->bytes_read(); }

 private:
  absl::Status Refill() {
    if (input_.pos < input_.size) return absl::OkStatus();
    DOODLE_ASSIGN_OR_RETURN(const size_t count, packed_->Read(chunk_.data(), chunk_.size()));
    input_ = {chunk_.data(), count, 0};
    return absl::OkStatus();
  }

  absl::Status Decompress(ZSTD_outBuffer& output) {
    const bool starved = input_.size == 0;
    const size_t result = ZSTD_decompressStream(stream_, &output, &input_);
    if (ZSTD_isError(result) != 0) {
      const std::string reason = absl::StrCat("damaged zstd file: ", ZSTD_getErrorName(result));
      const bool too_large = ZSTD_getErrorCode(result) == ZSTD_error_frameParameter_windowTooLarge;
      return too_large ? absl::ResourceExhaustedError(reason) : absl::DataLossError(reason);
    }
    frame_ended_ = result == 0;
    // What the decoder still held came out with no input; when nothing did, the rest of the frame is missing.
    if (starved && output.pos == 0 && !frame_ended_) return absl::DataLossError("truncated zstd file");
    return absl::OkStatus();
  }

  const std::unique_ptr<ByteSource> packed_;
  std::vector<char> chunk_;
  ZSTD_DStream* const stream_;
  ZSTD_inBuffer input_{nullptr, 0, 0};
  bool frame_ended_ = false;
};

}  // namespace

std::unique_ptr<ByteSource> UnpackZstd(std::unique_ptr<ByteSource> packed) {
  return std::make_unique<ZstdSource>(std::move(packed));
}

}  // namespace doodle
