#include "common/ingest/byte_source.h"

#include <algorithm>
#include <utility>

#include "common/status/status.h"

namespace doodle {
namespace {

constexpr uint64_t kChunkBytes = 256 << 10;

class FileSource final : public ByteSource {
 public:
  explicit FileSource(std::unique_ptr<RandomAccessFile> file) : file_(std::move(file)) {}

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

}  // namespace

absl::StatusOr<std::unique_ptr<ByteSource>> OpenFileSource(FileSystem& files, const std::string& path) {
  DOODLE_ASSIGN_OR_RETURN(auto file, files.Open(path));
  return std::make_unique<FileSource>(std::move(file));
}

}  // namespace doodle
