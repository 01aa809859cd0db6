// Many sorted sources as one, each key once.
#ifndef DOODLE_COMMON_INGEST_RECORD_MERGER_H_
#define DOODLE_COMMON_INGEST_RECORD_MERGER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/ingest/drawing_record.h"

namespace doodle {

// What a merge dropped.
struct DuplicateCounts {
  uint64_t dropped = 0;
  uint64_t relabeled = 0;  // Those among them whose word differs from the kept drawing's.
};

// Rising key hash; of several records with one key the first by RecordPrecedes. The result does not depend on how the
// records are spread over sources. Memory: the sources. Thread-compatible.
class RecordMerger {
 public:
  explicit RecordMerger(std::vector<std::unique_ptr<RecordSource>> sources);

  // False at the end. Valid until the next call; its word is an index in words(). Errors are the sources'.
  absl::StatusOr<bool> Next(SortedRecord& record);

  // Of all sources, sorted bytewise, each once.
  const std::vector<std::string>& words() const { return words_; }
  // Up to now; final once Next has returned false.
  const DuplicateCounts& duplicates() const { return duplicates_; }

 private:
  struct Input {
    std::unique_ptr<RecordSource> source;
    std::vector<uint32_t> word_of;  // From the source's words to words_.
    SortedRecord head;              // Its word is an index in words_.
  };

  absl::Status Start();
  absl::StatusOr<bool> Advance(Input& input);
  absl::Status AdvanceFirst();
  bool Before(const Input* a, const Input* b) const;
  void SiftDown(size_t place);

  std::vector<Input> inputs_;
  std::vector<Input*> heap_;  // Those with a head; the lowest first.
  std::vector<std::string> words_;
  DuplicateCounts duplicates_;
  bool started_ = false;
};

}  // namespace doodle

#endif  // DOODLE_COMMON_INGEST_RECORD_MERGER_H_
