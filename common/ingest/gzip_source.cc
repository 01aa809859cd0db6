#include "common/ingest/gzip_source.h"

#include <isa-l/igzip_lib.h>

#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "common/status/status.h"

namespace doodle {
namespace {

constexpr size_t kChunkBytes = 256 << 10;

class GzipSource final : public ByteSource {
 public:
  explicit GzipSource(std::unique_ptr<ByteSource> packed)
      : packed_(std::move(packed)), state_(std::make_unique<inflate_state>()), chunk_(kChunkBytes) {
    isal_inflate_init(state_.get());
    state_->crc_flag = ISAL_GZIP;
  }

  absl::StatusOr<size_t> Read(char* out, size_t size) override {
    const auto room = static_cast<uint32_t>(std::min<size_t>(size, 1 << 30));
    state_->next_out = reinterpret_cast<uint8_t*>(out);
    state_->avail_out = room;
    while (true) {
      DOODLE_ASSIGN_OR_RETURN(const bool more, Refill());
      if (!more && member_ended_) return 0;
      DOODLE_RETURN_IF_ERROR(Inflate());
      if (state_->avail_out < room) return room - state_->avail_out;
      if (!more && !member_ended_) return absl::DataLossError("truncated gzip file");
    }
  }

  uint64_t bytes_read() const override { return packed_->bytes_read(); }

 private:
  // Whether there is input left. Without any, a member may still have bytes to give.
  absl::StatusOr<bool> Refill() {
    if (state_->avail_in > 0) return true;
    DOODLE_ASSIGN_OR_RETURN(const size_t count, packed_->Read(chunk_.data(), chunk_.size()));
    state_->next_in = reinterpret_cast<uint8_t*>(chunk_.data());
    state_->avail_in = static_cast<uint32_t>(count);
    return count > 0;
  }

  absl::Status Inflate() {
    if (member_ended_) {  // Another member follows.
      isal_inflate_reset(state_.get());
      member_ended_ = false;
    }
    if (isal_inflate(state_.get()) < 0) return absl::DataLossError("damaged gzip file");
    member_ended_ = state_->block_state == ISAL_BLOCK_FINISH;
    return absl::OkStatus();
  }

  const std::unique_ptr<ByteSource> packed_;
  const std::unique_ptr<inflate_state> state_;
  bool member_ended_ = false;
  std::vector<char> chunk_;
};

}  // namespace

std::unique_ptr<ByteSource> UnpackGzip(std::unique_ptr<ByteSource> packed) {
  return std::make_unique<GzipSource>(std::move(packed));
}

}  // namespace doodle
