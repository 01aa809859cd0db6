// Drawings packed in memory up to a limit: gathered in any order, read back in order of key hash.
#ifndef DOODLE_COMMON_INGEST_DRAWING_TABLE_H_
#define DOODLE_COMMON_INGEST_DRAWING_TABLE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "common/drawing/drawing.h"
#include "common/ingest/drawing_record.h"

namespace doodle {

// About 24 bytes and two bytes a point for each drawing. Thread-compatible.
class DrawingTable {
 public:
  void Add(const Drawing& drawing);

  // Rising key hash, duplicates in the order of RecordPrecedes. Nothing is dropped: how many duplicates there are is
  // known only when all tables are merged.
  void Sort();

  size_t size() const { return entries_.size(); }
  // The i-th drawing; its word is an index in words(). Valid until Add or Clear.
  SortedRecord Get(size_t index) const;
  // Asks the processor for the record of a drawing that will be read soon: sorted, they are all over the memory.
  void Prefetch(size_t index) const;
  // Every word so far, also of drawings cleared since, in order of appearance.
  const std::vector<std::string>& words() const { return words_; }

  // Bytes held at the peak of the next Add.
  uint64_t BytesAtNextAdd() const;
  // Forgets the drawings and frees their memory; words keep their indices.
  void Clear();

 private:
  struct Entry {
    uint64_t key_hash = 0;
    uint32_t word = 0;   // Index in words_.
    uint32_t chunk = 0;  // Which of chunks_, ...
    uint32_t begin = 0;  // ... and where the record is in it.
    uint32_t end = 0;
  };

  absl::string_view Record(const Entry& entry) const;
  uint32_t WordIndex(const std::string& word);

  std::vector<Entry> entries_;
  std::vector<std::string> chunks_;
  uint64_t chunk_bytes_ = 0;
  std::string packed_;  // Reused.
  std::vector<std::string> words_;
  uint32_t last_word_ = 0;  // Most inputs hold one word from end to end.
  absl::flat_hash_map<std::string, uint32_t> word_index_;
};

// The drawings of a sorted table. `table` must outlive it and stay as it is.
std::unique_ptr<RecordSource> OpenTable(const DrawingTable& table);

}  // namespace doodle

#endif  // DOODLE_COMMON_INGEST_DRAWING_TABLE_H_
