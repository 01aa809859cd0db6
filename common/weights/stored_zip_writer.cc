#include <zlib.h>

#include "common/io/bytes.h"
#include "common/weights/stored_zip.h"

namespace doodle {
namespace {

constexpr uint16_t kVersion = 45;         // 4.5: ZIP64.
constexpr uint16_t kUtf8Names = 1 << 11;  // General purpose flag.
constexpr uint16_t kZip64Extra = 0x0001;
constexpr uint16_t kPaddingExtra = 0x4246;              // "FB", as PyTorch's writer uses it.
constexpr uint16_t kDosDate = (0 << 9) | (1 << 5) | 1;  // 1980-01-01: the same content gives the same bytes.
constexpr uint64_t kLocalHeaderSize = 30;

uint32_t Crc32(absl::string_view data) {
  return static_cast<uint32_t>(crc32_z(0, reinterpret_cast<const Bytef*>(data.data()), data.size()));
}

uint32_t Clamp32(uint64_t value, bool zip64) { return zip64 ? 0xffffffffU : static_cast<uint32_t>(value); }

// The fields that local and central headers share.
void AppendShared(std::string& out, uint32_t crc, uint32_t size, size_t name_size, size_t extra_size) {
  PutFixed<uint16_t>(out, kVersion);
  PutFixed<uint16_t>(out, kUtf8Names);
  PutFixed<uint16_t>(out, 0);  // Stored.
  PutFixed<uint16_t>(out, 0);  // Time.
  PutFixed<uint16_t>(out, kDosDate);
  PutFixed<uint32_t>(out, crc);
  PutFixed<uint32_t>(out, size);
  PutFixed<uint32_t>(out, size);
  PutFixed<uint16_t>(out, static_cast<uint16_t>(name_size));
  PutFixed<uint16_t>(out, static_cast<uint16_t>(extra_size));
}

}  // namespace

void StoredZipWriter::Add(absl::string_view name, absl::string_view content) {
  Entry entry{std::string(name), Crc32(content), content.size(), bytes_.size()};
  bool zip64 = NeedsZip64(entry.size);
  std::string extra;
  if (zip64) {
    PutFixed<uint16_t>(extra, kZip64Extra);
    PutFixed<uint16_t>(extra, 16);
    PutFixed<uint64_t>(extra, entry.size);
    PutFixed<uint64_t>(extra, entry.size);
  }
  uint64_t unpadded = bytes_.size() + kLocalHeaderSize + name.size() + extra.size() + 4;
  uint64_t padding = (options_.alignment - unpadded % options_.alignment) % options_.alignment;
  PutFixed<uint16_t>(extra, kPaddingExtra);
  PutFixed<uint16_t>(extra, static_cast<uint16_t>(padding));
  extra.append(padding, 'Z');

  PutFixed<uint32_t>(bytes_, 0x04034b50);
  AppendShared(bytes_, entry.crc, Clamp32(entry.size, zip64), name.size(), extra.size());
  bytes_.append(name.data(), name.size());
  bytes_.append(extra);
  bytes_.append(content.data(), content.size());
  entries_.push_back(std::move(entry));
}

void StoredZipWriter::AppendCentralHeader(const Entry& entry) {
  bool wide_size = NeedsZip64(entry.size);
  bool wide_offset = NeedsZip64(entry.offset);
  std::string extra;
  if (wide_size || wide_offset) {
    PutFixed<uint16_t>(extra, kZip64Extra);
    PutFixed<uint16_t>(extra, static_cast<uint16_t>((wide_size ? 16 : 0) + (wide_offset ? 8 : 0)));
    if (wide_size) PutFixed<uint64_t>(extra, entry.size);
    if (wide_size) PutFixed<uint64_t>(extra, entry.size);
    if (wide_offset) PutFixed<uint64_t>(extra, entry.offset);
  }
  PutFixed<uint32_t>(bytes_, 0x02014b50);
  PutFixed<uint16_t>(bytes_, kVersion);
  AppendShared(bytes_, entry.crc, Clamp32(entry.size, wide_size), entry.name.size(), extra.size());
  PutFixed<uint16_t>(bytes_, 0);  // Comment.
  PutFixed<uint16_t>(bytes_, 0);  // Disk.
  PutFixed<uint16_t>(bytes_, 0);  // Internal attributes.
  PutFixed<uint32_t>(bytes_, 0);  // External attributes.
  PutFixed<uint32_t>(bytes_, Clamp32(entry.offset, wide_offset));
  bytes_.append(entry.name);
  bytes_.append(extra);
}

void StoredZipWriter::AppendEnd(uint64_t directory_offset, uint64_t directory_size) {
  uint64_t count = entries_.size();
  bool zip64 = NeedsZip64(directory_offset) || NeedsZip64(directory_size) || count >= 0xffff;
  if (zip64) {
    uint64_t record = bytes_.size();
    PutFixed<uint32_t>(bytes_, 0x06064b50);
    PutFixed<uint64_t>(bytes_, 44);  // What follows in this record.
    PutFixed<uint16_t>(bytes_, kVersion);
    PutFixed<uint16_t>(bytes_, kVersion);
    PutFixed<uint32_t>(bytes_, 0);
    PutFixed<uint32_t>(bytes_, 0);
    PutFixed<uint64_t>(bytes_, count);
    PutFixed<uint64_t>(bytes_, count);
    PutFixed<uint64_t>(bytes_, directory_size);
    PutFixed<uint64_t>(bytes_, directory_offset);
    PutFixed<uint32_t>(bytes_, 0x07064b50);
    PutFixed<uint32_t>(bytes_, 0);
    PutFixed<uint64_t>(bytes_, record);
    PutFixed<uint32_t>(bytes_, 1);
  }
  uint16_t short_count = zip64 ? uint16_t{0xffff} : static_cast<uint16_t>(count);
  PutFixed<uint32_t>(bytes_, 0x06054b50);
  PutFixed<uint16_t>(bytes_, 0);
  PutFixed<uint16_t>(bytes_, 0);
  PutFixed<uint16_t>(bytes_, short_count);
  PutFixed<uint16_t>(bytes_, short_count);
  PutFixed<uint32_t>(bytes_, Clamp32(directory_size, zip64));
  PutFixed<uint32_t>(bytes_, Clamp32(directory_offset, zip64));
  PutFixed<uint16_t>(bytes_, 0);  // Comment.
}

std::string StoredZipWriter::Finish() {
  uint64_t directory_offset = bytes_.size();
  for (const Entry& entry : entries_) AppendCentralHeader(entry);
  AppendEnd(directory_offset, bytes_.size() - directory_offset);
  return std::move(bytes_);
}

}  // namespace doodle
