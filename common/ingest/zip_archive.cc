#include "common/ingest/zip_archive.h"

#include <zip.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "common/ingest/gzip_source.h"
#include "common/ingest/unpacked_source.h"
#include "common/io/bytes.h"
#include "common/status/status.h"

namespace doodle {
namespace {

constexpr uint64_t kChunkBytes = 128 << 10;

absl::Status ToStatus(zip_error_t& error) {
  const std::string reason = zip_error_strerror(&error);
  const int code = zip_error_code_zip(&error);
  if (code == ZIP_ER_MEMORY) return absl::ResourceExhaustedError(absl::StrCat("zip: ", reason));
  return absl::DataLossError(absl::StrCat("damaged zip file: ", reason));
}

// libzip's view of a file of ours: it seeks and reads small pieces, which come from a chunk in memory.
class ArchiveFile {
 public:
  explicit ArchiveFile(std::unique_ptr<RandomAccessFile> file) : file_(std::move(file)) { zip_error_init(&error_); }
  ~ArchiveFile() { zip_error_fini(&error_); }
  ArchiveFile(const ArchiveFile&) = delete;
  ArchiveFile& operator=(const ArchiveFile&) = delete;

  // zip_source_callback; `self` is an ArchiveFile, which outlives the archive.
  static zip_int64_t Call(void* self, void* data, zip_uint64_t size, zip_source_cmd_t command) {
    return static_cast<ArchiveFile*>(self)->Do(data, size, command);
  }

  uint64_t size() const { return file_->size(); }
  // Why the last read failed; OK when it was not for the file.
  const absl::Status& status() const { return status_; }

 private:
  zip_int64_t Do(void* data, zip_uint64_t size, zip_source_cmd_t command) {
    switch (command) {
      case ZIP_SOURCE_OPEN:
        offset_ = 0;
        return 0;
      case ZIP_SOURCE_CLOSE:
      case ZIP_SOURCE_FREE:  // The owner frees.
        return 0;
      case ZIP_SOURCE_READ:
        return Read(static_cast<char*>(data), size);
      case ZIP_SOURCE_SEEK: {
        const zip_int64_t to = zip_source_seek_compute_offset(offset_, file_->size(), data, size, &error_);
        if (to >= 0) offset_ = static_cast<uint64_t>(to);
        return to < 0 ? -1 : 0;
      }
      case ZIP_SOURCE_TELL:
        return static_cast<zip_int64_t>(offset_);
      case ZIP_SOURCE_STAT:
        return Stat(static_cast<zip_stat_t*>(data));
      case ZIP_SOURCE_ERROR:
        return zip_error_to_data(&error_, data, size);
      case ZIP_SOURCE_SUPPORTS:
        return ZIP_SOURCE_SUPPORTS_SEEKABLE;
      default:
        zip_error_set(&error_, ZIP_ER_OPNOTSUPP, 0);
        return -1;
    }
  }

  zip_int64_t Stat(zip_stat_t* stat) {
    zip_stat_init(stat);
    stat->size = file_->size();
    stat->valid = ZIP_STAT_SIZE;
    return sizeof(*stat);
  }

  zip_int64_t Read(char* out, uint64_t size) {
    if (offset_ >= file_->size()) return 0;
    if (offset_ < chunk_at_ || offset_ >= chunk_at_ + chunk_.size()) {
      auto chunk = file_->Read(offset_, std::min(kChunkBytes, file_->size() - offset_));
      if (!chunk.ok()) {
        status_ = chunk.status();
        zip_error_set(&error_, ZIP_ER_READ, 0);
        return -1;
      }
      chunk_ = *std::move(chunk);
      chunk_at_ = offset_;
    }
    const uint64_t from = offset_ - chunk_at_;
    const uint64_t count = std::min(size, chunk_.size() - from);
    std::memcpy(out, chunk_.data() + from, count);
    offset_ += count;
    return static_cast<zip_int64_t>(count);
  }

  const std::unique_ptr<RandomAccessFile> file_;
  uint64_t offset_ = 0;
  std::string chunk_;
  uint64_t chunk_at_ = 0;
  absl::Status status_;
  zip_error_t error_;
};

class Archive {
 public:
  static absl::StatusOr<std::unique_ptr<Archive>> Open(FileSystem& files, const std::string& path) {
    DOODLE_ASSIGN_OR_RETURN(auto opened, files.Open(path));
    auto file = std::make_unique<ArchiveFile>(std::move(opened));
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t* const source = zip_source_function_create(&ArchiveFile::Call, file.get(), &error);
    zip_t* const zip = source == nullptr ? nullptr : zip_open_from_source(source, ZIP_RDONLY, &error);
    absl::Status status = zip != nullptr ? absl::OkStatus() : file->status().ok() ? ToStatus(error) : file->status();
    if (zip == nullptr && source != nullptr) zip_source_free(source);
    zip_error_fini(&error);
    DOODLE_RETURN_IF_ERROR(status);
    return std::unique_ptr<Archive>(new Archive(std::move(file), zip));
  }
  ~Archive() { zip_discard(zip_); }
  Archive(const Archive&) = delete;
  Archive& operator=(const Archive&) = delete;

  uint64_t size() const { return static_cast<uint64_t>(std::max<zip_int64_t>(0, zip_get_num_entries(zip_, 0))); }
  uint64_t bytes() const { return file_->size(); }

  absl::StatusOr<zip_stat_t> Stat(uint64_t index) const {
    zip_stat_t stat;
    constexpr zip_uint64_t kNeeded = ZIP_STAT_NAME | ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE | ZIP_STAT_COMP_METHOD;
    if (zip_stat_index(zip_, index, 0, &stat) != 0 || (stat.valid & kNeeded) != kNeeded) return Failure();
    return stat;
  }

  // Why the last call failed.
  absl::Status Failure() const { return file_->status().ok() ? ToStatus(*zip_get_error(zip_)) : file_->status(); }
  absl::Status Failure(zip_file_t* member) const {
    return file_->status().ok() ? ToStatus(*zip_file_get_error(member)) : file_->status();
  }

  // `flags`: 0 or ZIP_FL_COMPRESSED. Null where it fails.
  zip_file_t* OpenMember(uint64_t index, zip_flags_t flags) { return zip_fopen_index(zip_, index, flags); }

 private:
  Archive(std::unique_ptr<ArchiveFile> file, zip_t* zip) : file_(std::move(file)), zip_(zip) {}

  const std::unique_ptr<ArchiveFile> file_;
  zip_t* const zip_;
};

// A member as libzip gives it: unpacked, or with ZIP_FL_COMPRESSED as it lies there.
class MemberSource final : public ByteSource {
 public:
  MemberSource(std::unique_ptr<Archive> archive, zip_file_t* member) : archive_(std::move(archive)), member_(member) {}
  ~MemberSource() override { zip_fclose(member_); }
  MemberSource(const MemberSource&) = delete;
  MemberSource& operator=(const MemberSource&) = delete;

  absl::StatusOr<size_t> Read(char* out, size_t size) override {
    const zip_int64_t count = zip_fread(member_, out, size);
    if (count < 0) return archive_->Failure(member_);
    given_ += static_cast<uint64_t>(count);
    return static_cast<size_t>(count);
  }

  uint64_t bytes_read() const override { return given_; }

 private:
  const std::unique_ptr<Archive> archive_;
  zip_file_t* const member_;
  uint64_t given_ = 0;
};

// A deflated member with the head and the tail that make it a gzip file (RFC 1952), which UnpackGzip unpacks in half of
// libzip's time and checks.
class AsGzip final : public ByteSource {
 public:
  AsGzip(std::unique_ptr<ByteSource> deflated, const zip_stat_t& stat) : deflated_(std::move(deflated)) {
    PutFixed<uint32_t>(tail_, stat.crc);
    PutFixed(tail_, static_cast<uint32_t>(stat.size));  // Modulo 2^32, as gzip has it.
  }

  absl::StatusOr<size_t> Read(char* out, size_t size) override {
    if (!head_.empty()) return Give(head_, out, size);
    DOODLE_ASSIGN_OR_RETURN(const size_t count, deflated_->Read(out, size));
    return count > 0 ? count : Give(tail_, out, size);
  }

  uint64_t bytes_read() const override { return deflated_->bytes_read(); }

 private:
  static size_t Give(std::string& from, char* out, size_t size) {
    const size_t count = from.copy(out, size);
    from.erase(0, count);
    return count;
  }

  const std::unique_ptr<ByteSource> deflated_;
  std::string head_{"\x1f\x8b\x08\0\0\0\0\0\0\xff", 10};
  std::string tail_;
};

// Gives as many bytes as the member's header says, or fails.
class CheckedMember final : public ByteSource {
 public:
  CheckedMember(std::unique_ptr<ByteSource> unpacked, const zip_stat_t& stat)
      : unpacked_(std::move(unpacked)), size_(stat.size), packed_size_(stat.comp_size) {}

  absl::StatusOr<size_t> Read(char* out, size_t size) override {
    const auto count = unpacked_->Read(out, size);
    if (absl::IsDataLoss(count.status()) && !absl::StrContains(count.status().message(), "zip file: ")) {
      return absl::DataLossError("damaged zip file: packed bytes or their checksum");
    }
    DOODLE_RETURN_IF_ERROR(count.status());
    given_ += *count;
    if (given_ > size_ || (*count == 0 && given_ < size_)) {
      return absl::DataLossError(
          absl::StrCat("damaged zip file: ", *count == 0 ? "fewer" : "more", " bytes than the header says"));
    }
    return *count;
  }

  uint64_t bytes_read() const override {
    return given_ == size_ ? packed_size_ : std::min(unpacked_->bytes_read(), packed_size_);
  }

 private:
  const std::unique_ptr<ByteSource> unpacked_;
  const uint64_t size_;
  const uint64_t packed_size_;
  uint64_t given_ = 0;
};

absl::Status CheckReadable(const zip_stat_t& stat) {
  if ((stat.valid & ZIP_STAT_ENCRYPTION_METHOD) != 0 && stat.encryption_method != ZIP_EM_NONE) {
    return absl::UnimplementedError("encrypted: unpack it with its password first");
  }
  if (zip_compression_method_supported(stat.comp_method, /*compress=*/0) == 0) {
    return absl::UnimplementedError(absl::StrCat("packed by zip's method ", stat.comp_method, ", which is not read"));
  }
  return CheckUnpackedSize(stat.comp_size, stat.size);
}

}  // namespace

absl::StatusOr<std::vector<ZipMember>> ListZip(FileSystem& files, const std::string& path) {
  DOODLE_ASSIGN_OR_RETURN(const auto archive, Archive::Open(files, path));
  if (archive->size() > kMaxZipMembers) {
    return absl::ResourceExhaustedError(
        absl::StrCat("a zip of ", archive->size(), " files, more than ", kMaxZipMembers));
  }
  std::vector<ZipMember> members;
  uint64_t room = archive->bytes();
  for (uint64_t index = 0; index < archive->size(); ++index) {
    DOODLE_ASSIGN_OR_RETURN(const zip_stat_t stat, archive->Stat(index));
    if (stat.comp_size > room) return absl::DataLossError("damaged zip file: its members overlap");
    room -= stat.comp_size;
    if (!absl::EndsWith(stat.name, "/")) members.push_back({stat.name, index, stat.comp_size});
  }
  return members;
}

absl::StatusOr<std::unique_ptr<ByteSource>> OpenZipMember(FileSystem& files, const std::string& path, uint64_t index) {
  DOODLE_ASSIGN_OR_RETURN(auto archive, Archive::Open(files, path));
  DOODLE_ASSIGN_OR_RETURN(const zip_stat_t stat, archive->Stat(index));
  DOODLE_RETURN_IF_ERROR(CheckReadable(stat));
  const bool deflated = stat.comp_method == ZIP_CM_DEFLATE && (stat.valid & ZIP_STAT_CRC) != 0;
  zip_file_t* const member = archive->OpenMember(index, deflated ? ZIP_FL_COMPRESSED : 0);
  if (member == nullptr) return archive->Failure();
  std::unique_ptr<ByteSource> source = std::make_unique<MemberSource>(std::move(archive), member);
  if (deflated) source = UnpackGzip(std::make_unique<AsGzip>(std::move(source), stat));
  return std::make_unique<CheckedMember>(std::move(source), stat);
}

}  // namespace doodle
