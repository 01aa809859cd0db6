#include "common/ingest/drawing_table.h"

#include <algorithm>

#include "common/shard/key_order.h"

namespace doodle {
namespace {

constexpr size_t kChunkBytes = 32 << 10;

constexpr size_t kPrefetchAhead = 8;  // Records.
constexpr size_t kCacheLine = 64;

class TableSource final : public RecordSource {
 public:
  explicit TableSource(const DrawingTable& table) : table_(table) {}

  absl::StatusOr<bool> Next(SortedRecord& record) override {
    if (next_ == table_.size()) return false;
    record = table_.Get(next_++);
    if (next_ + kPrefetchAhead < table_.size()) table_.Prefetch(next_ + kPrefetchAhead);
    return true;
  }

  const std::vector<std::string>& words() const override { return table_.words(); }

 private:
  const DrawingTable& table_;
  size_t next_ = 0;
};

}  // namespace

uint32_t DrawingTable::WordIndex(const std::string& word) {
  if (!words_.empty() && words_[last_word_] == word) return last_word_;
  const auto [found, added] = word_index_.try_emplace(word, static_cast<uint32_t>(words_.size()));
  if (added) words_.push_back(word);
  return last_word_ = found->second;
}

void DrawingTable::Add(const Drawing& drawing) {
  packed_.clear();
  AppendRecord(drawing, packed_);
  if (chunks_.empty() || chunks_.back().size() + packed_.size() > chunks_.back().capacity()) {
    chunks_.emplace_back();
    chunks_.back().reserve(std::max(kChunkBytes, packed_.size()));
    chunk_bytes_ += chunks_.back().capacity();
  }
  std::string& chunk = chunks_.back();
  const auto begin = static_cast<uint32_t>(chunk.size());
  chunk += packed_;
  entries_.push_back({KeyHash(drawing.key_id), WordIndex(drawing.word), static_cast<uint32_t>(chunks_.size() - 1),
                      begin, static_cast<uint32_t>(chunk.size())});
}

absl::string_view DrawingTable::Record(const Entry& entry) const {
  return absl::string_view(chunks_[entry.chunk]).substr(entry.begin, entry.end - entry.begin);
}

SortedRecord DrawingTable::Get(size_t index) const {
  const Entry& entry = entries_[index];
  return {entry.key_hash, entry.word, Record(entry)};
}

void DrawingTable::Prefetch(size_t index) const {
  const absl::string_view record = Record(entries_[index]);
  for (size_t at = 0; at < record.size() && at < 4 * kCacheLine; at += kCacheLine)
    __builtin_prefetch(record.data() + at);
}

void DrawingTable::Sort() {
  std::sort(entries_.begin(), entries_.end(), [this](const Entry& a, const Entry& b) {
    if (a.key_hash != b.key_hash) return a.key_hash < b.key_hash;
    return RecordPrecedes(Record(a), words_[a.word], Record(b), words_[b.word]);
  });
}

// A vector that is full holds its old and its new array while it grows to twice its size.
uint64_t DrawingTable::BytesAtNextAdd() const {
  const uint64_t arrays = entries_.size() == entries_.capacity() ? 3 : 1;
  return chunk_bytes_ + kChunkBytes + arrays * entries_.capacity() * sizeof(Entry);
}

void DrawingTable::Clear() {
  entries_ = {};
  chunks_ = {};
  chunk_bytes_ = 0;
}

std::unique_ptr<RecordSource> OpenTable(const DrawingTable& table) { return std::make_unique<TableSource>(table); }

}  // namespace doodle
