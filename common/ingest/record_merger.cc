#include "common/ingest/record_merger.h"

#include <algorithm>
#include <utility>

#include "common/status/status.h"

namespace doodle {

RecordMerger::RecordMerger(std::vector<std::unique_ptr<RecordSource>> sources) {
  for (auto& source : sources) {
    words_.insert(words_.end(), source->words().begin(), source->words().end());
    inputs_.push_back({std::move(source), {}, {}});
  }
  std::sort(words_.begin(), words_.end());
  words_.erase(std::unique(words_.begin(), words_.end()), words_.end());
  for (Input& input : inputs_) {
    for (const std::string& word : input.source->words()) {
      const auto found = std::lower_bound(words_.begin(), words_.end(), word);
      input.word_of.push_back(static_cast<uint32_t>(found - words_.begin()));
    }
  }
}

absl::StatusOr<bool> RecordMerger::Advance(Input& input) {
  DOODLE_ASSIGN_OR_RETURN(const bool more, input.source->Next(input.head));
  if (more) input.head.word = input.word_of[input.head.word];
  return more;
}

bool RecordMerger::Before(const Input* a, const Input* b) const {
  if (a->head.key_hash != b->head.key_hash) return a->head.key_hash < b->head.key_hash;
  return RecordPrecedes(a->head.record, words_[a->head.word], b->head.record, words_[b->head.word]);
}

// Moves the input at `place` down the binary heap until neither child is before it.
void RecordMerger::SiftDown(size_t place) {
  while (true) {
    size_t first = place;
    for (size_t child = 2 * place + 1; child <= 2 * place + 2 && child < heap_.size(); ++child) {
      if (Before(heap_[child], heap_[first])) first = child;
    }
    if (first == place) return;
    std::swap(heap_[place], heap_[first]);
    place = first;
  }
}

absl::Status RecordMerger::Start() {
  started_ = true;
  for (Input& input : inputs_) {
    DOODLE_ASSIGN_OR_RETURN(const bool more, Advance(input));
    if (more) heap_.push_back(&input);
  }
  for (size_t place = heap_.size() / 2; place-- > 0;) SiftDown(place);
  return absl::OkStatus();
}

absl::Status RecordMerger::AdvanceFirst() {
  DOODLE_ASSIGN_OR_RETURN(const bool more, Advance(*heap_.front()));
  if (!more) {
    heap_.front() = heap_.back();
    heap_.pop_back();
  }
  if (!heap_.empty()) SiftDown(0);
  return absl::OkStatus();
}

// The record handed out last is still the first of the heap, so that its bytes stay valid until here.
absl::StatusOr<bool> RecordMerger::Next(SortedRecord& record) {
  if (!started_) {
    DOODLE_RETURN_IF_ERROR(Start());
  } else if (!heap_.empty()) {
    const SortedRecord last = heap_.front()->head;  // Its bytes are not looked at.
    DOODLE_RETURN_IF_ERROR(AdvanceFirst());
    while (!heap_.empty() && heap_.front()->head.key_hash == last.key_hash) {
      ++duplicates_.dropped;
      duplicates_.relabeled += heap_.front()->head.word != last.word;
      DOODLE_RETURN_IF_ERROR(AdvanceFirst());
    }
  }
  if (heap_.empty()) return false;
  record = heap_.front()->head;
  return true;
}

}  // namespace doodle
