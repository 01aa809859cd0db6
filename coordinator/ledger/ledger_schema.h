// Tables of the ledger and their migrations.
#ifndef DOODLE_COORDINATOR_LEDGER_LEDGER_SCHEMA_H_
#define DOODLE_COORDINATOR_LEDGER_LEDGER_SCHEMA_H_

#include <cstdint>

#include "absl/status/status.h"
#include "coordinator/ledger/sqlite_database.h"

namespace doodle {

inline constexpr int64_t kLedgerApplicationId = 0x646f6f64;  // "dood" in the file's header. DO NOT CHANGE.
inline constexpr int64_t kLedgerVersion = 3;                 // user_version: the number of migrations applied.

// Sets the pragmas, checks application_id and brings the tables to kLedgerVersion, each migration in a transaction of
// its own. FAILED_PRECONDITION for a foreign file or a newer version.
absl::Status PrepareLedgerSchema(SqliteDatabase& database);

}  // namespace doodle

#endif  // DOODLE_COORDINATOR_LEDGER_LEDGER_SCHEMA_H_
