#include "common/ingest/sorted_run.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/io/bytes.h"
#include "common/io/checksum.h"
#include "common/status/status.h"

namespace doodle {
namespace {

// run := ( bytes:u32 crc:u32 record* )*, record := key_hash:u64 word:varint bytes:varint and the bytes
constexpr size_t kChunkBytes = 64 << 10;
constexpr uint64_t kChunkHeaderBytes = 8;

absl::Status AppendChunk(WritableFile& file, std::string& chunk) {
  std::string header;
  PutFixed<uint32_t>(header, static_cast<uint32_t>(chunk.size()));
  PutFixed<uint32_t>(header, Crc32c(chunk));
  DOODLE_RETURN_IF_ERROR(file.Append(header));
  DOODLE_RETURN_IF_ERROR(file.Append(chunk));
  chunk.clear();
  return absl::OkStatus();
}

class RunSource final : public RecordSource {
 public:
  RunSource(std::string path, std::unique_ptr<RandomAccessFile> file, const std::vector<std::string>& words)
      : path_(std::move(path)), file_(std::move(file)), words_(words) {}

  absl::StatusOr<bool> Next(SortedRecord& record) override {
    if (rest_.AtEnd()) {
      if (offset_ == file_->size()) return false;
      DOODLE_RETURN_IF_ERROR(ReadChunk(), path_);
    }
    record.key_hash = rest_.Fixed<uint64_t>();
    record.word = static_cast<uint32_t>(rest_.Varint());
    record.record = rest_.Bytes(rest_.Varint());
    if (!rest_.ok() || record.word >= words_.size()) return absl::DataLossError(absl::StrCat(path_, ": bad record"));
    return true;
  }

  const std::vector<std::string>& words() const override { return words_; }

 private:
  absl::Status ReadChunk() {
    DOODLE_ASSIGN_OR_RETURN(const std::string header, file_->Read(offset_, kChunkHeaderBytes));
    ByteReader in(header);
    const uint32_t bytes = in.Fixed<uint32_t>();
    const uint32_t crc = in.Fixed<uint32_t>();
    DOODLE_ASSIGN_OR_RETURN(chunk_, file_->Read(offset_ + kChunkHeaderBytes, bytes));
    if (Crc32c(chunk_) != crc) return absl::DataLossError(absl::StrCat("bad checksum at byte ", offset_));
    offset_ += kChunkHeaderBytes + bytes;
    rest_ = ByteReader(chunk_);
    return absl::OkStatus();
  }

  const std::string path_;
  const std::unique_ptr<RandomAccessFile> file_;
  const std::vector<std::string>& words_;
  std::string chunk_;
  ByteReader rest_{absl::string_view()};  // Of chunk_.
  uint64_t offset_ = 0;                   // Of the next chunk.
};

}  // namespace

absl::StatusOr<std::string> RunFolder::NextPath() {
  absl::MutexLock lock(&mu_);
  if (runs_ == kMaxRuns) {
    return absl::ResourceExhaustedError(
        absl::StrCat("more than ", kMaxRuns, " sorted runs: give the ingest more memory"));
  }
  if (runs_ == 0) DOODLE_RETURN_IF_ERROR(files_.MakeDirectories(path_));
  return absl::StrFormat("%s/run-%04d", path_, runs_++);
}

absl::Status WriteRun(FileSystem& files, const std::string& path, const DrawingTable& table) {
  DOODLE_ASSIGN_OR_RETURN(const auto file, files.Create(path));
  std::string chunk;
  for (size_t i = 0; i < table.size(); ++i) {
    const SortedRecord record = table.Get(i);
    PutFixed<uint64_t>(chunk, record.key_hash);
    PutVarint(chunk, record.word);
    PutVarint(chunk, record.record.size());
    chunk.append(record.record.data(), record.record.size());
    if (chunk.size() >= kChunkBytes) DOODLE_RETURN_IF_ERROR(AppendChunk(*file, chunk));
  }
  if (!chunk.empty()) DOODLE_RETURN_IF_ERROR(AppendChunk(*file, chunk));
  return file->Close();
}

absl::StatusOr<std::unique_ptr<RecordSource>> OpenRun(FileSystem& files, const std::string& path,
                                                      const std::vector<std::string>& words) {
  DOODLE_ASSIGN_OR_RETURN(auto file, files.Open(path));
  return std::unique_ptr<RecordSource>(std::make_unique<RunSource>(path, std::move(file), words));
}

}  // namespace doodle
