// AuditSamples: from the logs of all ranks and the history to the steps that count.
#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "common/audit/sample_audit.h"
#include "common/status/status.h"

namespace doodle {
namespace {

// One rank's log with its next line looked at.
struct OpenLog {
  std::unique_ptr<SampleLogReader> reader;
  std::optional<SampleLine> next;
};

absl::StatusOr<std::vector<OpenLog>> OpenLogs(FileSystem& files, const std::string& directory, uint64_t generation) {
  std::vector<OpenLog> logs;
  const absl::StatusOr<std::vector<std::string>> names = files.List(directory);
  if (absl::IsNotFound(names.status())) return logs;  // Everything is missing then, and named so.
  DOODLE_RETURN_IF_ERROR(names.status());
  for (const std::string& name : *names) {
    const std::optional<SampleLogOwner> owner = ParseSampleLogName(name);
    if (!owner || owner->generation != generation) continue;
    OpenLog log;
    DOODLE_ASSIGN_OR_RETURN(log.reader, SampleLogReader::Open(files, directory, *owner));
    DOODLE_ASSIGN_OR_RETURN(log.next, log.reader->Next());
    logs.push_back(std::move(log));
  }
  return logs;
}

// Steps rise in a log: a line of an earlier step that comes late counts for the step where it stands, as a repeat of
// what is not planned there.
absl::Status AuditStep(uint64_t step, uint64_t first, std::vector<OpenLog>& logs, SampleAudit& audit) {
  std::vector<SampleUse> uses;
  bool skipped = false;
  for (OpenLog& log : logs) {
    while (log.next && log.next->step <= step) {
      if (log.next->step >= first) {
        skipped = skipped || log.next->skipped;
        uses.insert(uses.end(), log.next->uses.begin(), log.next->uses.end());
      }
      DOODLE_ASSIGN_OR_RETURN(log.next, log.reader->Next());
    }
  }
  audit.Step(step, std::move(uses));
  if (skipped) audit.Skipped(step);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<AuditReport> AuditSamples(FileSystem& files, const std::string& directory, const History& history,
                                         uint64_t committed, std::vector<AuditStage> stages) {
  SampleAudit audit(std::move(stages));
  for (size_t segment = 0; segment < history.size(); ++segment) {
    uint64_t end = committed;
    for (size_t later = segment + 1; later < history.size(); ++later) {
      end = std::min(end, history[later].start_step);
    }
    const uint64_t first = history[segment].start_step;
    if (first >= end) continue;
    DOODLE_ASSIGN_OR_RETURN(std::vector<OpenLog> logs, OpenLogs(files, directory, history[segment].generation));
    for (uint64_t step = first; step < end; ++step) DOODLE_RETURN_IF_ERROR(AuditStep(step, first, logs, audit));
  }
  return audit.report();
}

}  // namespace doodle
