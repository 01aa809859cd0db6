#include "coordinator/ledger/ledger_schema.h"

#include <array>
#include <string>

#include "absl/strings/str_cat.h"
#include "common/ids/random_id.h"
#include "common/status/status.h"

namespace doodle {
namespace {

// Append only: a ledger on disk has had a prefix of these.
constexpr std::array<const char*, kLedgerVersion> kMigrations = {R"sql(
CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE jobs (
  id TEXT PRIMARY KEY, submit_order INTEGER NOT NULL UNIQUE, definition BLOB NOT NULL, dataset_directory TEXT NOT NULL,
  state INTEGER NOT NULL, reason TEXT NOT NULL, priority INTEGER NOT NULL, create_us INTEGER NOT NULL,
  start_us INTEGER NOT NULL, end_us INTEGER NOT NULL, step INTEGER NOT NULL, failures INTEGER NOT NULL,
  failure_step INTEGER NOT NULL, first_error TEXT NOT NULL, progress BLOB NOT NULL);
CREATE TABLE job_events (job TEXT NOT NULL, time_us INTEGER NOT NULL, event TEXT NOT NULL);
CREATE INDEX job_events_by_job ON job_events (job, time_us);
CREATE TABLE generations (
  job TEXT NOT NULL, generation INTEGER NOT NULL, reason TEXT NOT NULL, create_us INTEGER NOT NULL,
  form_us INTEGER NOT NULL, end_us INTEGER NOT NULL, formed INTEGER NOT NULL, start_step INTEGER NOT NULL,
  leader_rank INTEGER NOT NULL, restored_from TEXT NOT NULL, end_reason TEXT NOT NULL,
  PRIMARY KEY (job, generation)) WITHOUT ROWID;
CREATE TABLE members (
  job TEXT NOT NULL, generation INTEGER NOT NULL, rank INTEGER NOT NULL, worker TEXT NOT NULL, slot INTEGER NOT NULL,
  finished INTEGER NOT NULL, next_step INTEGER NOT NULL, samples INTEGER NOT NULL, parameters_digest TEXT NOT NULL,
  optimizer_digest TEXT NOT NULL, PRIMARY KEY (job, generation, rank)) WITHOUT ROWID;
CREATE TABLE checkpoints (
  job TEXT NOT NULL, name TEXT NOT NULL, generation INTEGER NOT NULL, next_step INTEGER NOT NULL,
  bytes INTEGER NOT NULL, create_us INTEGER NOT NULL, usable INTEGER NOT NULL, latest INTEGER NOT NULL,
  best INTEGER NOT NULL, PRIMARY KEY (job, name)) WITHOUT ROWID;
CREATE TABLE evaluations (
  job TEXT NOT NULL, step INTEGER NOT NULL, split TEXT NOT NULL, weights TEXT NOT NULL, loss REAL, top1 REAL, top3 REAL,
  map3 REAL, drawings INTEGER NOT NULL, PRIMARY KEY (job, step, split, weights)) WITHOUT ROWID;
CREATE TABLE datasets (name TEXT PRIMARY KEY, definition BLOB NOT NULL);
CREATE TABLE workers (
  id TEXT PRIMARY KEY, incarnation TEXT NOT NULL, slots INTEGER NOT NULL, hostname TEXT NOT NULL,
  metrics_address TEXT NOT NULL, gpus INTEGER NOT NULL, version TEXT NOT NULL, register_us INTEGER NOT NULL);
CREATE TABLE requests (request_id TEXT PRIMARY KEY, job TEXT NOT NULL);
CREATE INDEX requests_by_job ON requests (job);
)sql",
                                                                 R"sql(
CREATE TABLE deletions (request_id TEXT PRIMARY KEY, job TEXT NOT NULL, time_us INTEGER NOT NULL);
CREATE TABLE removals (directory TEXT PRIMARY KEY);
)sql",
                                                                 R"sql(
ALTER TABLE jobs ADD COLUMN first_failure BLOB NOT NULL DEFAULT x'';
)sql"};

absl::Status Migrate(SqliteDatabase& database, int64_t from) {
  for (int64_t version = from; version < kLedgerVersion; ++version) {
    DOODLE_RETURN_IF_ERROR(database.Script(absl::StrCat("BEGIN IMMEDIATE;", kMigrations[static_cast<size_t>(version)],
                                                        "PRAGMA user_version = ", version + 1, "; COMMIT;")),
                           absl::StrCat("migration ", version + 1));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status PrepareLedgerSchema(SqliteDatabase& database) {
  DOODLE_ASSIGN_OR_RETURN(const int64_t tables, database.QueryInteger("SELECT count(*) FROM sqlite_schema"));
  DOODLE_ASSIGN_OR_RETURN(const int64_t application, database.QueryInteger("PRAGMA application_id"));
  DOODLE_ASSIGN_OR_RETURN(const int64_t version, database.QueryInteger("PRAGMA user_version"));
  if (tables > 0 && application != kLedgerApplicationId) {
    return absl::FailedPreconditionError("the file is an SQLite database of another program");
  }
  if (version > kLedgerVersion) {
    return absl::FailedPreconditionError(
        absl::StrCat("the ledger has version ", version, ", this program knows up to ", kLedgerVersion));
  }
  DOODLE_RETURN_IF_ERROR(database.Script("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"));
  if (application != kLedgerApplicationId) {
    DOODLE_RETURN_IF_ERROR(database.Script(absl::StrCat("PRAGMA application_id = ", kLedgerApplicationId)));
  }
  DOODLE_RETURN_IF_ERROR(Migrate(database, version));
  return database.Execute("INSERT INTO meta VALUES ('cluster_id', ?) ON CONFLICT DO NOTHING", RandomHex(8));
}

}  // namespace doodle
