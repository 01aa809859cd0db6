#include "common/ingest/byte_source.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "common/status/status.h"

namespace doodle {
namespace {

constexpr uint64_t kChunkBytes = 256 << 10;

class PlainSource : public ByteSource {
 public:
  explicit PlainSource(std::unique_ptr<RandomAccessFile> file) : file_(std::move(file)) {}

  absl::StatusOr<size_t> Read(char* out, size_t size) override {
    const uint64_t count = std::min({uint64_t{size}, kChunkBytes, file_->size() - offset_});
    if (count == 0) return 0;
    DOODLE_ASSIGN_OR_RETURN(const std::string bytes, file_->Read(offset_, count));
    bytes.copy(out, bytes.size());
    offset_ += bytes.size();
    return bytes.size();
  }

  uint64_t bytes_read() const override { return offset_; }

 private:
  const std::unique_ptr<RandomAccessFile> file_;
  uint64_t offset_ = 0;
};

class GzipSource : public ByteSource {
 public:
  explicit GzipSource(std::unique_ptr<RandomAccessFile> file) : file_(std::move(file)) {
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

  uint64_t bytes_read() const override { return offset_ - stream_.avail_in; }

 private:
  absl::Status Refill() {
    if (stream_.avail_in > 0 || offset_ == file_->size()) return absl::OkStatus();
    DOODLE_ASSIGN_OR_RETURN(chunk_, file_->Read(offset_, std::min(kChunkBytes, file_->size() - offset_)));
    offset_ += chunk_.size();
    stream_.next_in = reinterpret_cast<Bytef*>(chunk_.data());
    stream_.avail_in = static_cast<uInt>(chunk_.size());
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

  const std::unique_ptr<RandomAccessFile> file_;
  z_stream stream_{};
  bool ready_ = false;
  bool member_ended_ = false;
  std::string chunk_;
  uint64_t offset_ = 0;
};

// The name of a known format that has no reader yet; empty for any other file.
absl::string_view UnsupportedFormat(absl::string_view path, absl::string_view head) {
  constexpr std::array<std::pair<absl::string_view, absl::string_view>, 3> kMagics = {
      {{"PK\x03\x04", "zip"}, {"\x28\xb5\x2f\xfd", "zstd"}, {"\x93NUMPY", "npy"}}};
  for (const auto& [magic, format] : kMagics) {
    if (absl::StartsWith(head, magic)) return format;
  }
  for (const absl::string_view format : {"npz", "npy", "zip", "zst"}) {
    if (absl::EndsWith(path, absl::StrCat(".", format))) return format;
  }
  return {};
}

}  // namespace

absl::StatusOr<std::unique_ptr<ByteSource>> OpenByteSource(FileSystem& files, const std::string& path) {
  DOODLE_ASSIGN_OR_RETURN(auto file, files.Open(path));
  DOODLE_ASSIGN_OR_RETURN(const std::string head, file->Read(0, std::min<uint64_t>(8, file->size())), path);
  if (const absl::string_view format = UnsupportedFormat(path, head); !format.empty()) {
    if (format == "npy") return absl::UnimplementedError(absl::StrCat(path, ": npy bitmaps hold no strokes"));
    return absl::UnimplementedError(absl::StrCat(path, ": ", format, " files are not supported yet"));
  }
  // Without .gz in the name the method counts too: one .bin in 65,536 begins with a key like gzip's first two bytes.
  const absl::string_view gzip = absl::EndsWith(path, ".gz") ? "\x1f\x8b" : "\x1f\x8b\x08";
  if (absl::StartsWith(head, gzip)) return std::make_unique<GzipSource>(std::move(file));
  return std::make_unique<PlainSource>(std::move(file));
}

}  // namespace doodle
