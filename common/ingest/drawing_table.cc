#include "common/ingest/drawing_table.h"

#include <algorithm>

#include "common/shard/bytes.h"
#include "common/shard/key_order.h"

namespace doodle {
namespace {

constexpr size_t kChunkBytes = 4 << 20;

// The record starts with how much it knows, so that records compare as DrawingTable documents.
std::string Pack(const Drawing& drawing) {
  const int known = !drawing.country_code.empty() + (drawing.timestamp_ms != 0) +
                    (drawing.recognized != Drawing::Recognized::kUnknown);
  std::string out;
  out.push_back(static_cast<char>(known));
  out.push_back(static_cast<char>(drawing.recognized));
  out.append(drawing.country_code.empty() ? std::string(2, '\0') : drawing.country_code);
  PutVarint(out, static_cast<uint64_t>(drawing.timestamp_ms));
  PutVarint(out, drawing.stroke_lengths.size());
  for (const uint32_t length : drawing.stroke_lengths) PutVarint(out, length);
  out.append(drawing.x.begin(), drawing.x.end());
  out.append(drawing.y.begin(), drawing.y.end());
  return out;
}

void Unpack(absl::string_view record, Drawing& drawing) {
  ByteReader in(record.substr(1));
  drawing.recognized = static_cast<Drawing::Recognized>(in.Byte());
  const absl::string_view country = in.Bytes(2);
  drawing.country_code.clear();
  if (country[0] != '\0') drawing.country_code.assign(country.data(), country.size());
  drawing.timestamp_ms = static_cast<int64_t>(in.Varint());
  drawing.stroke_lengths.resize(in.Varint());
  for (uint32_t& length : drawing.stroke_lengths) length = static_cast<uint32_t>(in.Varint());
  const size_t points = in.remaining() / 2;
  const absl::string_view x = in.Bytes(points);
  const absl::string_view y = in.Bytes(points);
  drawing.x.assign(x.begin(), x.end());
  drawing.y.assign(y.begin(), y.end());
}

}  // namespace

uint32_t DrawingTable::WordIndex(const std::string& word) {
  const auto [found, added] = word_index_.try_emplace(word, static_cast<uint32_t>(words_.size()));
  if (added) words_.push_back(word);
  return found->second;
}

void DrawingTable::Add(const Drawing& drawing) {
  const std::string record = Pack(drawing);
  if (chunks_.empty() || chunks_.back().size() + record.size() > kChunkBytes) {
    chunks_.emplace_back();
    chunks_.back().reserve(kChunkBytes);
  }
  std::string& chunk = chunks_.back();
  const auto begin = static_cast<uint32_t>(chunk.size());
  chunk += record;
  entries_.push_back({KeyHash(drawing.key_id), WordIndex(drawing.word), static_cast<uint32_t>(chunks_.size() - 1),
                      begin, static_cast<uint32_t>(chunk.size())});
}

absl::string_view DrawingTable::Record(const Entry& entry) const {
  return absl::string_view(chunks_[entry.chunk]).substr(entry.begin, entry.end - entry.begin);
}

bool DrawingTable::Precedes(const Entry& a, const Entry& b) const {
  const absl::string_view record_a = Record(a);
  const absl::string_view record_b = Record(b);
  if (record_a[0] != record_b[0]) return record_a[0] > record_b[0];
  if (a.word != b.word) return words_[a.word] < words_[b.word];
  return record_a < record_b;
}

DuplicateCounts DrawingTable::SortAndDropDuplicates() {
  std::sort(entries_.begin(), entries_.end(), [this](const Entry& a, const Entry& b) {
    return a.key_hash != b.key_hash ? a.key_hash < b.key_hash : Precedes(a, b);
  });
  DuplicateCounts counts;
  size_t kept = 0;
  for (const Entry& entry : entries_) {
    if (kept > 0 && entries_[kept - 1].key_hash == entry.key_hash) {
      ++counts.dropped;
      counts.relabeled += entries_[kept - 1].word != entry.word;
    } else {
      entries_[kept++] = entry;
    }
  }
  entries_.resize(kept);
  return counts;
}

void DrawingTable::Get(size_t index, Drawing& drawing) const {
  const Entry& entry = entries_[index];
  drawing.key_id = KeyOfHash(entry.key_hash);
  drawing.word = words_[entry.word];
  Unpack(Record(entry), drawing);
}

std::vector<std::string> DrawingTable::Words() const {
  std::vector<bool> used(words_.size());
  for (const Entry& entry : entries_) used[entry.word] = true;
  std::vector<std::string> words;
  for (size_t i = 0; i < words_.size(); ++i) {
    if (used[i]) words.push_back(words_[i]);
  }
  std::sort(words.begin(), words.end());
  return words;
}

}  // namespace doodle
