#include "common/ingest/byte_source.h"

#include <algorithm>
#include <array>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "common/ingest/gzip_source.h"
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
  auto source = std::make_unique<PlainSource>(std::move(file));
  if (absl::StartsWith(head, gzip)) return UnpackGzip(std::move(source));
  return std::unique_ptr<ByteSource>(std::move(source));
}

}  // namespace doodle
