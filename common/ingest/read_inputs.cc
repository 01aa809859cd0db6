#include "common/ingest/read_inputs.h"

#include <algorithm>
#include <atomic>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "common/status/status.h"
#include "common/thread/thread.h"

namespace doodle {
namespace {

constexpr uint64_t kLookUpEvery = 4096;  // Lines between two looks at the other threads and the caller.

// What the threads share. Thread-safe.
class Reading {
 public:
  Reading(FileSystem& files, const std::vector<InputUnit>& units, const ReadOptions& options)
      : files_(files), units_(units), options_(options), bad_lines_(units.size()) {
    for (const InputUnit& unit : units) bytes_total_ += unit.bytes;
  }

  // Takes units until there are none, or a thread failed.
  void Run(DrawingSorter& sorter, bool caller) ABSL_LOCKS_EXCLUDED(mu_) {
    absl::Status status;
    for (size_t unit = next_unit_++; unit < units_.size() && status.ok() && !failed_; unit = next_unit_++) {
      status = ReadUnit(unit, sorter, caller);
    }
    if (status.ok() && !failed_) sorter.SortRest();
    if (status.ok()) return;
    failed_ = true;
    absl::MutexLock lock(&mu_);
    if (status_.ok()) status_ = status;
  }

  // After all threads have ended.
  absl::StatusOr<ReadCounts> Finish() ABSL_LOCKS_EXCLUDED(mu_) {
    absl::MutexLock lock(&mu_);
    DOODLE_RETURN_IF_ERROR(status_);
    ReadCounts counts{lines_, bad_, {}, bytes_total_};
    for (const std::vector<BadLine>& lines : bad_lines_) {
      const size_t room = options_.listed_bad_lines - counts.bad_lines.size();
      counts.bad_lines.insert(counts.bad_lines.end(), lines.begin(),
                              lines.begin() + static_cast<int64_t>(std::min(room, lines.size())));
    }
    return counts;
  }

 private:
  absl::Status ReadUnit(size_t index, DrawingSorter& sorter, bool caller) {
    DOODLE_ASSIGN_OR_RETURN(const auto reader, OpenInputUnit(files_, units_[index]));
    Drawing drawing;
    uint64_t lines = 0;
    uint64_t bytes_seen = 0;
    for (bool more = true; more; ++lines) {
      if (lines % kLookUpEvery == 0) DOODLE_RETURN_IF_ERROR(LookUp(*reader, bytes_seen, caller));
      if (failed_) break;
      DOODLE_ASSIGN_OR_RETURN(more, ReadLine(*reader, index, drawing, sorter));
    }
    lines_ += lines - 1;  // The last round found the end.
    return LookUp(*reader, bytes_seen, caller);
  }

  absl::StatusOr<bool> ReadLine(UnitReader& reader, size_t index, Drawing& drawing, DrawingSorter& sorter) {
    const auto more = reader.Next(drawing);
    if (!more.ok() && !absl::IsInvalidArgument(more.status())) return more.status();
    if (more.ok() && !*more) return false;
    if (more.ok() && !drawing.word.empty()) {
      DOODLE_RETURN_IF_ERROR(sorter.Add(drawing));
      return true;
    }
    ++bad_;
    if (bad_lines_[index].size() < options_.listed_bad_lines) {
      bad_lines_[index].push_back(more.ok() ? reader.RefusedHere("no word") : reader.bad_line());
    }
    return true;
  }

  absl::Status LookUp(const UnitReader& reader, uint64_t& bytes_seen, bool caller) {
    const uint64_t bytes = reader.bytes_read();
    bytes_done_ += bytes - std::exchange(bytes_seen, bytes);
    if (caller && options_.observe_bytes)
      options_.observe_bytes(std::min<uint64_t>(bytes_done_, bytes_total_), bytes_total_);
    if (options_.canceled && options_.canceled()) return absl::CancelledError("interrupted");
    return absl::OkStatus();
  }

  FileSystem& files_;
  const std::vector<InputUnit>& units_;
  const ReadOptions& options_;
  uint64_t bytes_total_ = 0;  // Constant after construction.
  std::atomic<size_t> next_unit_{0};
  std::atomic<bool> failed_{false};
  std::atomic<uint64_t> bytes_done_{0};
  std::atomic<uint64_t> lines_{0};
  std::atomic<uint64_t> bad_{0};
  std::vector<std::vector<BadLine>> bad_lines_;  // By unit: a unit has one thread.
  absl::Mutex mu_;
  absl::Status status_ ABSL_GUARDED_BY(mu_);
};

}  // namespace

absl::StatusOr<ReadCounts> ReadInputs(FileSystem& files, const std::vector<InputUnit>& units,
                                      const ReadOptions& options,
                                      const std::vector<std::unique_ptr<DrawingSorter>>& sorters) {
  Reading reading(files, units, options);
  {
    std::vector<NamedThread> threads;
    for (size_t i = 1; i < sorters.size(); ++i) {
      threads.emplace_back(absl::StrCat("ingest-", i), [&, i] { reading.Run(*sorters[i], /*caller=*/false); });
    }
    reading.Run(*sorters[0], /*caller=*/true);
  }
  return reading.Finish();
}

}  // namespace doodle
