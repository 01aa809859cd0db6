#include "common/shard/shard_reader.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "common/io/checksum.h"
#include "common/shard/block_codec.h"
#include "common/shard/shard_footer.h"
#include "common/status/status.h"

namespace doodle {

struct ShardReader::Impl {
  std::string name;  // For messages: the path as given.
  std::unique_ptr<RandomAccessFile> file;
  uint32_t version = 0;
  ShardFooter footer;
};

namespace {

absl::StatusOr<ShardFooter> ReadFooter(const RandomAccessFile& file, uint32_t& version) {
  const uint64_t size = file.size();
  if (size < kShardHeaderBytes + kShardTrailerBytes) {
    return absl::DataLossError(absl::StrCat("truncated: ", size, " bytes"));
  }
  DOODLE_ASSIGN_OR_RETURN(const std::string header, file.Read(0, kShardHeaderBytes));
  DOODLE_ASSIGN_OR_RETURN(version, DecodeShardHeader(header));
  DOODLE_ASSIGN_OR_RETURN(const std::string tail, file.Read(size - kShardTrailerBytes, kShardTrailerBytes));
  DOODLE_ASSIGN_OR_RETURN(const ShardTrailer trailer, DecodeShardTrailer(tail));
  if (trailer.file_bytes != size) {
    return absl::DataLossError(absl::StrCat("file has ", size, " bytes, its trailer says ", trailer.file_bytes));
  }
  if (trailer.footer_bytes > size - kShardHeaderBytes - kShardTrailerBytes) {
    return absl::DataLossError("footer is larger than the file");
  }
  const uint64_t footer_offset = size - kShardTrailerBytes - trailer.footer_bytes;
  DOODLE_ASSIGN_OR_RETURN(const std::string bytes, file.Read(footer_offset, trailer.footer_bytes));
  if (Crc32c(bytes) != trailer.footer_crc32c) return absl::DataLossError("footer: bad checksum");
  DOODLE_ASSIGN_OR_RETURN(ShardFooter footer, DecodeShardFooter(bytes), "footer");
  if (footer.blocks.back().offset + footer.blocks.back().bytes != footer_offset) {
    return absl::DataLossError("footer: blocks do not fill the file");
  }
  return footer;
}

}  // namespace

ShardReader::ShardReader(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ShardReader::~ShardReader() = default;

absl::StatusOr<std::unique_ptr<ShardReader>> ShardReader::Open(FileSystem& files, const std::string& path) {
  auto impl = std::make_unique<Impl>();
  impl->name = absl::StrCat("shard ", path);
  DOODLE_ASSIGN_OR_RETURN(impl->file, files.Open(path), impl->name);
  DOODLE_ASSIGN_OR_RETURN(impl->footer, ReadFooter(*impl->file, impl->version), impl->name);
  return std::unique_ptr<ShardReader>(new ShardReader(std::move(impl)));
}

absl::Status ShardReader::DropRows(absl::string_view kept) {
  std::vector<ShardRow>& rows = impl_->footer.rows;
  if (kept.size() != (rows.size() + 7) / 8) {
    return absl::DataLossError(absl::StrCat(impl_->name, ": the keep-list does not fit its number of drawings"));
  }
  for (size_t i = 0; i < rows.size(); ++i) {
    if ((static_cast<uint8_t>(kept[i / 8]) >> i % 8 & 1) == 0) rows[i].flags |= kDroppedFlag;
  }
  return absl::OkStatus();
}

PointsKind ShardReader::points() const { return PointsOfVersion(impl_->version); }
const std::vector<ShardRow>& ShardReader::rows() const { return impl_->footer.rows; }
size_t ShardReader::blocks() const { return impl_->footer.blocks.size(); }
uint64_t ShardReader::block_bytes(size_t block) const { return impl_->footer.blocks[block].bytes; }
uint64_t ShardReader::file_bytes() const { return impl_->file->size(); }

absl::StatusOr<std::vector<Drawing>> ShardReader::ReadBlock(size_t block, const std::vector<std::string>& classes,
                                                            std::vector<Drawing> used) const {
  if (block >= blocks()) return absl::OutOfRangeError(absl::StrCat(impl_->name, ": no block ", block));
  const std::string clause = absl::StrCat(impl_->name, ": block ", block);
  const BlockEntry& entry = impl_->footer.blocks[block];
  DOODLE_ASSIGN_OR_RETURN(const std::string bytes, impl_->file->Read(entry.offset, entry.bytes), clause);
  if (Crc32c(bytes) != entry.crc32c) return absl::DataLossError(absl::StrCat(clause, ": bad checksum"));
  const auto rows = absl::MakeConstSpan(impl_->footer.rows).subspan(block * kBlockDrawings, kBlockDrawings);
  auto drawings = DecodeBlock(bytes, impl_->version, rows, classes, std::move(used));
  if (!drawings.ok()) return Annotate(drawings.status(), clause);
  return drawings;
}

}  // namespace doodle
