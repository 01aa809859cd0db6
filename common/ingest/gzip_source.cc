#include "common/ingest/gzip_source.h"

#include <zlib.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "common/status/status.h"

namespace doodle {
namespace {

constexpr size_t kChunkBytes = 256 << 10;

class GzipSource final : public ByteSource {
 public:
  explicit GzipSource(std::unique_ptr<ByteSource> packed) : packed_(std::move(packed)), chunk_(kChunkBytes) {
    constexpr int kGzipOnly = 16 + MAX_WBITS;
    ready_ = inflateInit2(&stream_, kGzipOnly) == Z_OK;
  }
  ~GzipSource() override { inflateEnd(&stream_); }
  GzipSource(const GzipSource&) = delete;
  GzipSource& operator=(const GzipSource&) = delete;

  absl::StatusOr<size_t> Read(char* out, size_t size) override {
    if (!ready_) return absl::ResourceExhaustedError("gzip: no memory");
    stream_.next_out = reinterpret_cast<Bytef*>(out);
    stream_.avail_out = static_cast<uInt>(std::min<size_t>(size, 1 << 30));
    const uInt room = stream_.avail_out;
    while (stream_.avail_out == room) {
      DOODLE_RETURN_IF_ERROR(Refill());
      if (stream_.avail_in == 0 && member_ended_) return 0;
      DOODLE_RETURN_IF_ERROR(Inflate());
    }
    return room - stream_.avail_out;
  }

  uint64_t bytes_read() const override { return packed_->bytes_read(); }

 private:
  absl::Status Refill() {
    if (stream_.avail_in > 0) return absl::OkStatus();
    DOODLE_ASSIGN_OR_RETURN(const size_t count, packed_->Read(chunk_.data(), chunk_.size()));
    stream_.next_in = reinterpret_cast<Bytef*>(chunk_.data());
    stream_.avail_in = static_cast<uInt>(count);
    return absl::OkStatus();
  }

  absl::Status Inflate() {
    if (member_ended_) {  // Another member follows.
      if (inflateReset(&stream_) != Z_OK) return absl::DataLossError("damaged gzip file");
      member_ended_ = false;
    }
    const int result = inflate(&stream_, Z_NO_FLUSH);
    if (result == Z_STREAM_END) {
      member_ended_ = true;
      return absl::OkStatus();
    }
    if (result == Z_BUF_ERROR) return absl::DataLossError("truncated gzip file");  // No input left, none to come.
    if (result != Z_OK) return absl::DataLossError("damaged gzip file");
    return absl::OkStatus();
  }

  const std::unique_ptr<ByteSource> packed_;
  z_stream stream_{};
  bool ready_ = false;
  bool member_ended_ = false;
  std::vector<char> chunk_;
};

}  // namespace

std::unique_ptr<ByteSource> UnpackGzip(std::unique_ptr<ByteSource> packed) {
  return std::make_unique<GzipSource>(std::move(packed));
}

}  // namespace doodle
