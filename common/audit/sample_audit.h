// Proves that every drawing of every epoch was used exactly once, from what the ranks wrote down (sample_log.h).
//
// A line of step s in generation h counts iff h is in the history, s >= start(h), s < start of every later segment, and
// s is below the committed steps: what was contributed to a step that was not committed does not count.
#ifndef DOODLE_COMMON_AUDIT_SAMPLE_AUDIT_H_
#define DOODLE_COMMON_AUDIT_SAMPLE_AUDIT_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/audit/sample_log.h"
#include "common/history/history.h"
#include "common/io/file_system.h"
#include "common/plan/rank_cursor.h"
#include "common/plan/stage_plan.h"

namespace doodle {

struct AuditStage {
  StagePlan plan;
  uint64_t first_step = 0;                  // Global.
  std::vector<std::vector<uint64_t>> keys;  // Key ids of the view, by its shard and position.
};

struct AuditReport {
  uint64_t steps = 0;    // Committed.
  uint64_t samples = 0;  // Uses that count.
  uint64_t epochs = 0;   // Complete, of all stages.
  uint64_t missing = 0;
  uint64_t duplicate = 0;
  uint64_t unexpected = 0;            // In another lane or epoch than planned, or no drawing of the view.
  std::vector<uint64_t> skipped;      // Steps that loss scaling skipped: no fault.
  std::vector<std::string> problems;  // The first 20, by step, lane and key.

  bool ok() const { return missing + duplicate + unexpected == 0; }
};

// Takes the steps in rising order, from 0 or wherever the job began. Pure. Memory O(drawings of a view).
// Thread-compatible.
class SampleAudit {
 public:
  explicit SampleAudit(std::vector<AuditStage> stages);

  // All uses that count for the global step, of all ranks and in any order.
  void Step(uint64_t step, std::vector<SampleUse> uses);
  void Skipped(uint64_t step) { report_.skipped.push_back(step); }
  const AuditReport& report() const { return report_; }

 private:
  // Uses of one epoch so far, beside the plan: it proves the plan, too.
  struct Epoch {
    std::vector<bool> used;
    uint64_t count = 0;
    uint64_t missing = 0;  // Named already.
  };

  const AuditStage& Enter(uint64_t step);
  std::vector<SampleUse> Expected();
  void Compare(uint64_t step, const std::vector<SampleUse>& expected, const std::vector<SampleUse>& uses);
  void Misplaced(uint64_t step, std::vector<SampleUse>& left, const std::vector<SampleUse>& extra);
  void Mark(uint64_t step, const SampleUse& use);
  void CompleteEpochs(const AuditStage& stage, uint64_t steps);
  void Problem(uint64_t step, const SampleUse& use, const std::string& what);

  const std::vector<AuditStage> stages_;
  size_t stage_ = 0;
  std::unique_ptr<RankCursor> cursor_;  // All lanes of the stage.
  std::vector<uint64_t> sorted_;        // Keys of the stage's view.
  std::map<uint64_t, Epoch> open_;      // Epochs of the stage that are not complete.
  std::vector<uint64_t> named_;         // Keys of this step that are reported already.
  AuditReport report_;
};

// Reads the logs in `directory` and audits the steps below `committed`. DATA_LOSS names a line that is none; a log that
// is missing shows as missing samples.
absl::StatusOr<AuditReport> AuditSamples(FileSystem& files, const std::string& directory, const History& history,
                                         uint64_t committed, std::vector<AuditStage> stages);

}  // namespace doodle

#endif  // DOODLE_COMMON_AUDIT_SAMPLE_AUDIT_H_
