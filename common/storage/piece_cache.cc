#include "common/storage/piece_cache.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <utility>
#include <vector>

#include "absl/cleanup/cleanup.h"
#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/ids/random_id.h"
#include "common/io/checksum.h"
#include "common/status/status.h"

namespace doodle {
namespace {

constexpr uint64_t kHeaderBytes = 38;
constexpr size_t kMostRemembered = 1 << 17;  // Names; beyond that all are checked again.

// "doodle-piece" length crc newline, always kHeaderBytes long.
std::string Header(uint64_t length, uint32_t crc) { return absl::StrFormat("doodle-piece %15d %08x\n", length, crc); }

struct Entry {
  std::filesystem::file_time_type used;
  uint64_t bytes = 0;
  std::filesystem::path path;
};

// What other processes remove meanwhile is left out.
std::vector<Entry> Entries(const std::string& directory) {
  std::vector<Entry> entries;
  std::error_code error;
  for (std::filesystem::directory_iterator it(directory, error), end; !error && it != end; it.increment(error)) {
    std::error_code gone;
    Entry entry{it->last_write_time(gone), 0, it->path()};
    if (gone) continue;
    entry.bytes = it->file_size(gone);
    if (!gone) entries.push_back(std::move(entry));
  }
  return entries;
}

}  // namespace

PieceCache::PieceCache(FileSystem& files, std::string directory, uint64_t limit_bytes)
    : files_(files), directory_(std::move(directory)), limit_bytes_(limit_bytes) {}

absl::StatusOr<std::unique_ptr<PieceCache>> PieceCache::Open(FileSystem& files, std::string directory,
                                                             uint64_t limit_bytes) {
  DOODLE_RETURN_IF_ERROR(files.MakeDirectories(directory), "cache");
  auto cache = absl::WrapUnique(new PieceCache(files, std::move(directory), limit_bytes));
  cache->MakeRoom(0);
  return cache;
}

std::string PieceCache::PathOf(const std::string& name) const { return absl::StrCat(directory_, "/", name); }

bool PieceCache::IsSound(const std::string& name, const RandomAccessFile& file) {
  {
    absl::MutexLock lock(&mu_);
    if (sound_.contains(name)) return true;
  }
  const auto header = file.Read(0, kHeaderBytes);
  if (!header.ok()) return false;
  const uint64_t length = file.size() - kHeaderBytes;
  const auto content = file.Read(kHeaderBytes, length);
  if (!content.ok() || *header != Header(length, Crc32c(*content))) return false;
  absl::MutexLock lock(&mu_);
  if (sound_.size() >= kMostRemembered) sound_.clear();
  sound_.insert(name);
  return true;
}

std::optional<std::string> PieceCache::Read(const std::string& name, uint64_t offset, uint64_t length) {
  const std::string path = PathOf(name);
  const auto file = files_.Open(path);
  if (!file.ok()) return std::nullopt;
  if (!IsSound(name, **file)) {
    (void)files_.RemoveAll(path);
    return std::nullopt;
  }
  utimensat(AT_FDCWD, path.c_str(), nullptr, 0);  // Now; only the order of eviction suffers when this fails.
  auto bytes = (*file)->Read(kHeaderBytes + offset, length);
  if (!bytes.ok()) return std::nullopt;
  return *std::move(bytes);
}

absl::Status PieceCache::Write(const std::string& name, absl::string_view content) {
  const uint64_t bytes = content.size() + kHeaderBytes;
  if (bytes > limit_bytes_) return absl::ResourceExhaustedError("a piece is larger than the cache may be");
  MakeRoom(bytes);
  const std::string temporary = absl::StrCat(PathOf(name), ".tmp-", RandomHex(4));
  absl::Cleanup remove = [&] { (void)files_.RemoveAll(temporary); };
  DOODLE_ASSIGN_OR_RETURN(const auto file, files_.Create(temporary));
  DOODLE_RETURN_IF_ERROR(file->Append(Header(content.size(), Crc32c(content))));
  DOODLE_RETURN_IF_ERROR(file->Append(content));
  DOODLE_RETURN_IF_ERROR(file->Sync());
  DOODLE_RETURN_IF_ERROR(file->Close());
  DOODLE_RETURN_IF_ERROR(files_.Rename(temporary, PathOf(name)));
  std::move(remove).Cancel();
  return absl::OkStatus();
}

// Counts the room as taken before anything is written, so that threads that write at once do not pass the limit.
void PieceCache::MakeRoom(uint64_t bytes) {
  {
    absl::MutexLock lock(&mu_);
    bytes_ += bytes;
    since_count_ += bytes;
    if (bytes > 0 && bytes_ <= limit_bytes_ && since_count_ <= limit_bytes_ / 16) return;
  }
  std::vector<Entry> entries = Entries(directory_);
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) { return a.used < b.used; });
  uint64_t total = bytes;
  for (const Entry& entry : entries) total += entry.bytes;
  // A little more than must be, so that not every piece looks at the directory.
  const uint64_t goal = total > limit_bytes_ ? std::max(bytes, limit_bytes_ - limit_bytes_ / 8) : limit_bytes_;
  for (const Entry& entry : entries) {
    if (total <= goal) break;
    if (files_.RemoveAll(entry.path.string()).ok()) total -= entry.bytes;
  }
  absl::MutexLock lock(&mu_);
  bytes_ = total;
  since_count_ = 0;
}

uint64_t PieceCache::bytes() const {
  absl::MutexLock lock(&mu_);
  return bytes_;
}

}  // namespace doodle
