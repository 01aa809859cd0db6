// All drawings of an ingest, packed in memory: gathered in any order, read back in order of key hash, each key once.
#ifndef DOODLE_COMMON_INGEST_DRAWING_TABLE_H_
#define DOODLE_COMMON_INGEST_DRAWING_TABLE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "common/drawing/drawing.h"

namespace doodle {

// What SortAndDropDuplicates dropped.
struct DuplicateCounts {
  uint64_t dropped = 0;
  uint64_t relabeled = 0;  // Those among them whose word differs from the kept drawing's.
};

// About 24 bytes and two bytes a point for each drawing. Thread-compatible.
class DrawingTable {
 public:
  void Add(const Drawing& drawing);

  // Of several drawings with one key the same one is kept whatever the order of Add: the one that knows most of
  // country, time and recognized; among those the one with the lowest word, then with the lowest bytes.
  DuplicateCounts SortAndDropDuplicates();

  size_t size() const { return entries_.size(); }
  // After SortAndDropDuplicates: by rising key hash.
  void Get(size_t index, Drawing& drawing) const;
  // The words of the drawings, sorted bytewise, each once.
  std::vector<std::string> Words() const;

 private:
  struct Entry {
    uint64_t key_hash = 0;
    uint32_t word = 0;   // Index in words_.
    uint32_t chunk = 0;  // Which of chunks_, ...
    uint32_t begin = 0;  // ... and where the record is in it.
    uint32_t end = 0;
  };

  absl::string_view Record(const Entry& entry) const;
  // Whether `a` is kept rather than `b`.
  bool Precedes(const Entry& a, const Entry& b) const;
  uint32_t WordIndex(const std::string& word);

  std::vector<Entry> entries_;
  std::vector<std::string> chunks_;
  std::vector<std::string> words_;
  absl::flat_hash_map<std::string, uint32_t> word_index_;
};

}  // namespace doodle

#endif  // DOODLE_COMMON_INGEST_DRAWING_TABLE_H_
