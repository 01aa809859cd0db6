#include "common/ingest/npy_file.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/ingest/npy_header.h"
#include "common/status/status.h"

namespace doodle {
namespace {

constexpr uint64_t kMinSize = 8;
constexpr uint64_t kMaxSize = 512;

// The side of the square bitmaps of an array of this shape; 0 where it holds none.
uint64_t SideOf(const std::vector<uint64_t>& shape) {
  for (uint64_t side = kMinSize; side <= kMaxSize; ++side) {
    if (shape.size() == 2 && shape[1] == side * side) return side;
    if (shape.size() == 3 && shape[1] == side && shape[2] == side) return side;
  }
  return 0;
}

bool IsByte(const std::string& type) { return type == "|u1" || type == "<u1" || type == "u1"; }

}  // namespace

absl::StatusOr<NpyFile> NpyFile::Open(FileSystem& files, const std::string& path) {
  DOODLE_ASSIGN_OR_RETURN(std::unique_ptr<RandomAccessFile> opened, files.Open(path));
  NpyFile file(std::move(opened));
  DOODLE_RETURN_IF_ERROR(file.ReadHead(), path);
  return file;
}

absl::Status NpyFile::ReadHead() {
  const uint64_t longest = 12 + kMaxNpyHeaderBytes;
  DOODLE_ASSIGN_OR_RETURN(const std::string head, file_->Read(0, std::min(file_->size(), longest)));
  DOODLE_ASSIGN_OR_RETURN(const NpyHeader header, ParseNpyHeader(head));
  const uint64_t side = SideOf(header.shape);
  if (!IsByte(header.type) || side == 0) {
    return absl::UnimplementedError(
        absl::StrCat("bitmaps are bytes, [count, 784] or [count, 28, 28]; this is an array of type ", header.type,
                     ", shape [", absl::StrJoin(header.shape, ", "), "]"));
  }
  if (header.by_column) return absl::UnimplementedError("the array is in column order (fortran_order)");
  const uint64_t bytes = file_->size() - header.bytes;
  const uint64_t held = bytes / (side * side);
  if (held != header.shape[0] || bytes % (side * side) != 0) {
    return absl::DataLossError(absl::StrCat("the head says ", header.shape[0], " bitmaps of ", side, "x", side,
                                            ", behind it are ", bytes, " bytes"));
  }
  content_ = header.bytes;
  count_ = header.shape[0];
  size_ = static_cast<int>(side);
  return absl::OkStatus();
}

absl::StatusOr<std::string> NpyFile::Read(uint64_t first, uint64_t count) const {
  if (first > count_ || count > count_ - first) {
    return absl::OutOfRangeError(absl::StrCat("bitmaps from ", first, ", ", count, " of them: there are ", count_));
  }
  const uint64_t pixels = static_cast<uint64_t>(size_) * size_;
  return file_->Read(content_ + first * pixels, count * pixels);
}

}  // namespace doodle
