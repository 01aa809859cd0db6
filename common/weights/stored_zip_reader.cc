#include <zlib.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/io/bytes.h"
#include "common/status/status.h"
#include "common/weights/stored_zip.h"

namespace doodle {
namespace {

constexpr uint32_t kLocalHeader = 0x04034b50;
constexpr uint32_t kCentralHeader = 0x02014b50;
constexpr uint32_t kEnd = 0x06054b50;
constexpr uint32_t kZip64End = 0x06064b50;
constexpr uint32_t kZip64Locator = 0x07064b50;
constexpr uint64_t kEndSize = 22;
constexpr uint64_t kLocatorSize = 20;

absl::Status Damaged(absl::string_view what) { return absl::DataLossError(absl::StrCat("zip: ", what)); }

absl::string_view From(absl::string_view bytes, uint64_t offset) {
  return offset <= bytes.size() ? bytes.substr(offset) : absl::string_view();
}

template <typename T>
T At(absl::string_view bytes, uint64_t offset) {  // REQUIRES: within bytes.
  return ByteReader(bytes.substr(offset)).Fixed<T>();
}

struct Directory {
  uint64_t count = 0;
  uint64_t offset = 0;
};

// A comment of up to 64 KiB may follow the end record.
absl::StatusOr<uint64_t> FindEnd(absl::string_view bytes) {
  if (bytes.size() < kEndSize) return Damaged("too short");
  uint64_t lowest = bytes.size() - std::min<uint64_t>(bytes.size(), kEndSize + 0xffff);
  for (uint64_t at = bytes.size() - kEndSize + 1; at-- > lowest;) {
    if (At<uint32_t>(bytes, at) == kEnd && at + kEndSize + At<uint16_t>(bytes, at + 20) == bytes.size()) return at;
  }
  return Damaged("no end record: the file is cut off or no zip");
}

absl::StatusOr<Directory> FindDirectory(absl::string_view bytes) {
  DOODLE_ASSIGN_OR_RETURN(uint64_t end, FindEnd(bytes));
  Directory directory{At<uint16_t>(bytes, end + 10), At<uint32_t>(bytes, end + 16)};
  if (directory.count != 0xffff && directory.offset != 0xffffffff) return directory;
  if (end < kLocatorSize || At<uint32_t>(bytes, end - kLocatorSize) != kZip64Locator) return directory;
  uint64_t record = At<uint64_t>(bytes, end - kLocatorSize + 8);
  absl::string_view rest = From(bytes, record);
  if (rest.size() < 56 || At<uint32_t>(rest, 0) != kZip64End) return Damaged("bad ZIP64 end record");
  return Directory{At<uint64_t>(rest, 32), At<uint64_t>(rest, 48)};
}

struct CentralEntry {
  std::string name;
  uint32_t crc = 0;
  uint64_t size = 0;
  uint64_t compressed_size = 0;
  uint64_t offset = 0;
};

// ZIP64 extra: 64-bit values for those of the three fields that are all ones, in this order.
bool ApplyZip64Extra(absl::string_view extra, CentralEntry& entry) {
  ByteReader reader(extra);
  while (reader.remaining() >= sizeof(uint16_t)) {
    const auto id = reader.Fixed<uint16_t>();
    ByteReader values(reader.Bytes(reader.Fixed<uint16_t>()));
    if (!reader.ok()) return false;
    if (id != 0x0001) continue;
    for (uint64_t* field : {&entry.size, &entry.compressed_size, &entry.offset}) {
      if (*field == 0xffffffff) *field = values.Fixed<uint64_t>();
    }
    if (!values.ok()) return false;
  }
  return true;
}

absl::StatusOr<CentralEntry> TakeCentralEntry(ByteReader& reader) {
  const absl::string_view fixed = reader.Bytes(46);
  if (!reader.ok() || At<uint32_t>(fixed, 0) != kCentralHeader) return Damaged("bad directory entry");
  const absl::string_view name = reader.Bytes(At<uint16_t>(fixed, 28));
  const absl::string_view extra = reader.Bytes(At<uint16_t>(fixed, 30));
  reader.Bytes(At<uint16_t>(fixed, 32));
  if (!reader.ok()) return Damaged("directory entry cut off");
  CentralEntry entry{std::string(name), At<uint32_t>(fixed, 16), At<uint32_t>(fixed, 24), At<uint32_t>(fixed, 20),
                     At<uint32_t>(fixed, 42)};
  if (!ApplyZip64Extra(extra, entry)) return Damaged(absl::StrCat(entry.name, ": bad ZIP64 field"));
  bool encrypted = (At<uint16_t>(fixed, 8) & 1) != 0;
  if (encrypted || At<uint16_t>(fixed, 10) != 0 || entry.size != entry.compressed_size) {
    return Damaged(absl::StrCat(entry.name, ": compressed or encrypted, only stored entries are read"));
  }
  return entry;
}

absl::StatusOr<absl::string_view> Content(absl::string_view bytes, const CentralEntry& entry) {
  absl::string_view local = From(bytes, entry.offset);
  if (local.size() < 30 || At<uint32_t>(local, 0) != kLocalHeader) return Damaged("bad local header");
  local = From(local, 30ULL + At<uint16_t>(local, 26) + At<uint16_t>(local, 28));
  if (local.size() < entry.size) return Damaged("content cut off");
  absl::string_view content = local.substr(0, entry.size);
  if (crc32_z(0, reinterpret_cast<const Bytef*>(content.data()), content.size()) != entry.crc) {
    return Damaged("checksum differs");
  }
  return content;
}

}  // namespace

absl::StatusOr<std::map<std::string, absl::string_view>> ReadStoredZip(absl::string_view bytes) {
  DOODLE_ASSIGN_OR_RETURN(Directory directory, FindDirectory(bytes));
  ByteReader reader(From(bytes, directory.offset));
  std::map<std::string, absl::string_view> entries;
  for (uint64_t i = 0; i < directory.count; ++i) {
    DOODLE_ASSIGN_OR_RETURN(CentralEntry entry, TakeCentralEntry(reader));
    DOODLE_ASSIGN_OR_RETURN(absl::string_view content, Content(bytes, entry), entry.name);
    if (!entries.emplace(entry.name, content).second) return Damaged(absl::StrCat(entry.name, ": twice"));
  }
  return entries;
}

}  // namespace doodle
