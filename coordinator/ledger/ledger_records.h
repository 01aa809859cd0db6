// The rows of the ledger. Times are wall times in microseconds of the Unix epoch; 0: not yet.
#ifndef DOODLE_COORDINATOR_LEDGER_LEDGER_RECORDS_H_
#define DOODLE_COORDINATOR_LEDGER_LEDGER_RECORDS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "common/history/history.h"

namespace doodle {

struct JobRow {
  std::string id{};
  uint64_t order = 0;               // Of submission.
  std::string definition{};         // Serialized doodle.v1.Job: spec, stages and totals, constant from Create on.
  std::string dataset_directory{};  // Local path.
  int state = 1;                    // JobState
  std::string reason{};
  int32_t priority = 0;
  int64_t create_us = 0;
  int64_t start_us = 0;
  int64_t end_us = 0;
  uint64_t step = 0;  // Committed steps, as last recorded; a formed generation may be ahead.
  uint32_t failures = 0;
  uint64_t failure_step = 0;
  std::string first_error{};
  std::string progress{};       // Serialized doodle.v1.Progress, the newest at the last change of the row.
  std::string first_failure{};  // Serialized doodle.v1.FailureRecord, of the newest row of failures; empty: none.
};

struct JobDelete {
  std::string job{};
};

// What happened to a job, for people.
struct JobEventRow {
  std::string job{};
  int64_t time_us = 0;
  std::string event{};
};

struct GenerationRow {
  std::string job{};
  uint64_t generation = 0;
  std::string reason{};
  int64_t create_us = 0;
  int64_t form_us = 0;
  int64_t end_us = 0;
  bool formed = false;
  uint64_t start_step = 0;
  uint32_t leader_rank = 0;
  std::string restored_from{};
  std::string end_reason{};
};

// A member of a generation, and how it finished.
struct MemberRow {
  std::string job{};
  uint64_t generation = 0;
  uint32_t rank = 0;
  std::string worker{};
  uint32_t slot = 0;
  bool finished = false;
  uint64_t next_step = 0;
  uint64_t samples = 0;
  std::string parameters_digest{};
  std::string optimizer_digest{};
};

struct CheckpointRow {
  std::string job{};
  std::string name{};
  StateTag tag{};
  uint64_t bytes = 0;
  int64_t create_us = 0;
  bool usable = true;  // False: a leader found that it does not verify.
  bool latest = false;
  bool best = false;
};

struct CheckpointDelete {
  std::string job{};
  std::string name{};
};

// Keyed by job, step, split and weights: a repeated evaluation replaces the one before.
struct EvaluationRow {
  std::string job{};
  uint64_t step = 0;
  std::string split{};
  std::string weights{};
  double loss = 0;
  double top1 = 0;
  double top3 = 0;
  double map3 = 0;
  uint64_t drawings = 0;
};

struct DatasetRow {
  std::string name{};
  std::string definition{};  // Serialized doodle.v1.Dataset.
};

struct WorkerRow {
  std::string id{};
  std::string incarnation{};
  uint32_t slots = 0;
  std::string hostname{};
  std::string metrics_address{};
  uint32_t gpus = 0;
  std::string version{};
  int64_t register_us = 0;
};

// The result of a request that may be sent again.
struct RequestRow {
  std::string request_id{};
  std::string job{};
};

// A job that a request deleted: kept for a day, so that the request may be sent again.
struct DeletionRow {
  std::string request_id{};
  std::string job{};
  int64_t time_us = 0;
};
inline constexpr int64_t kDeletionKeptUs = int64_t{24} * 3600 * 1000000;

// A directory that is to be removed, until it is.
struct RemovalRow {
  std::string directory{};
};

struct RemovalDone {
  std::string directory{};
};

using LedgerWrite =
    std::variant<JobRow, JobDelete, JobEventRow, GenerationRow, MemberRow, CheckpointRow, CheckpointDelete,
                 EvaluationRow, DatasetRow, WorkerRow, RequestRow, DeletionRow, RemovalRow, RemovalDone>;

// Becomes durable whole or not at all, in order.
using LedgerBatch = std::vector<LedgerWrite>;

// Everything, at start. Each list is in the order of its keys.
struct LedgerImage {
  std::string cluster_id{};  // Random, made when the ledger was.
  uint64_t starts = 0;       // How often the ledger was opened, this time included.
  std::vector<JobRow> jobs{};
  std::vector<GenerationRow> generations{};
  std::vector<MemberRow> members{};
  std::vector<CheckpointRow> checkpoints{};
  std::vector<EvaluationRow> evaluations{};
  std::vector<DatasetRow> datasets{};
  std::vector<WorkerRow> workers{};
  std::vector<RequestRow> requests{};
  std::vector<DeletionRow> deletions{};
  std::vector<RemovalRow> removals{};
};

}  // namespace doodle

#endif  // DOODLE_COORDINATOR_LEDGER_LEDGER_RECORDS_H_
