// Rows to and from SQL.
#ifndef DOODLE_COORDINATOR_LEDGER_LEDGER_ROWS_H_
#define DOODLE_COORDINATOR_LEDGER_LEDGER_ROWS_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "coordinator/ledger/ledger_records.h"
#include "coordinator/ledger/sqlite_database.h"

namespace doodle {

// Each replaces the row with the same key.
absl::Status WriteRow(SqliteDatabase& database, const JobRow& row);
absl::Status WriteRow(SqliteDatabase& database, const JobDelete& row);  // And all that belongs to the job.
absl::Status WriteRow(SqliteDatabase& database, const JobEventRow& row);
absl::Status WriteRow(SqliteDatabase& database, const GenerationRow& row);
absl::Status WriteRow(SqliteDatabase& database, const MemberRow& row);
absl::Status WriteRow(SqliteDatabase& database, const CheckpointRow& row);
absl::Status WriteRow(SqliteDatabase& database, const CheckpointDelete& row);
absl::Status WriteRow(SqliteDatabase& database, const EvaluationRow& row);
absl::Status WriteRow(SqliteDatabase& database, const DatasetRow& row);
absl::Status WriteRow(SqliteDatabase& database, const WorkerRow& row);
absl::Status WriteRow(SqliteDatabase& database, const RequestRow& row);
absl::Status WriteRow(SqliteDatabase& database, const DeletionRow& row);  // Forgets those of a day before it.
absl::Status WriteRow(SqliteDatabase& database, const RemovalRow& row);
absl::Status WriteRow(SqliteDatabase& database, const RemovalDone& row);

absl::StatusOr<LedgerImage> ReadLedgerImage(SqliteDatabase& database);

}  // namespace doodle

#endif  // DOODLE_COORDINATOR_LEDGER_LEDGER_ROWS_H_
