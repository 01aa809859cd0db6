#include "coordinator/ledger/sqlite_database.h"

#include <sqlite3.h>

#include "absl/strings/str_cat.h"

namespace doodle {

int64_t SqliteRow::Integer(int column) const { return sqlite3_column_int64(statement_, column); }
double SqliteRow::Real(int column) const { return sqlite3_column_double(statement_, column); }

std::string SqliteRow::Bytes(int column) const {
  const void* data = sqlite3_column_blob(statement_, column);
  const int size = sqlite3_column_bytes(statement_, column);
  return data == nullptr ? std::string() : std::string(static_cast<const char*>(data), static_cast<size_t>(size));
}

absl::StatusOr<std::unique_ptr<SqliteDatabase>> SqliteDatabase::Open(const std::string& path) {
  sqlite3* raw = nullptr;
  const int result =
      sqlite3_open_v2(path.c_str(), &raw, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
  std::unique_ptr<SqliteDatabase> database(new SqliteDatabase(raw));
  if (result != SQLITE_OK) return database->Error(absl::StrCat(path, ": open"));
  return database;
}

SqliteDatabase::~SqliteDatabase() {
  for (auto& [sql, statement] : statements_) sqlite3_finalize(statement);
  sqlite3_close(database_);
}

absl::Status SqliteDatabase::Script(const std::string& sql) {
  if (sqlite3_exec(database_, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) return Error(sql);
  return absl::OkStatus();
}

absl::Status SqliteDatabase::Query(const std::string& sql, const std::function<void(const SqliteRow&)>& each) {
  absl::StatusOr<sqlite3_stmt*> statement = Prepare(sql);
  if (!statement.ok()) return statement.status();
  return Run(*statement, each);
}

absl::StatusOr<int64_t> SqliteDatabase::QueryInteger(const std::string& sql) {
  int64_t value = 0;
  const absl::Status status = Query(sql, [&](const SqliteRow& row) { value = row.Integer(0); });
  if (!status.ok()) return status;
  return value;
}

absl::StatusOr<sqlite3_stmt*> SqliteDatabase::Prepare(const std::string& sql) {
  auto found = statements_.find(sql);
  if (found != statements_.end()) return found->second;
  sqlite3_stmt* statement = nullptr;
  if (sqlite3_prepare_v2(database_, sql.c_str(), -1, &statement, nullptr) != SQLITE_OK) return Error(sql);
  statements_[sql] = statement;
  return statement;
}

absl::Status SqliteDatabase::Run(sqlite3_stmt* statement, const std::function<void(const SqliteRow&)>& each) {
  int result = sqlite3_step(statement);
  for (; result == SQLITE_ROW; result = sqlite3_step(statement)) {
    if (each) each(SqliteRow(statement));
  }
  absl::Status status = result == SQLITE_DONE ? absl::OkStatus() : Error(sqlite3_sql(statement));
  sqlite3_reset(statement);
  sqlite3_clear_bindings(statement);
  return status;
}

absl::Status SqliteDatabase::Error(absl::string_view what) const {
  const int code = sqlite3_errcode(database_);
  const std::string message = absl::StrCat(what, ": ", sqlite3_errmsg(database_));
  switch (code & 0xff) {
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return absl::DataLossError(message);
    case SQLITE_FULL:
      return absl::ResourceExhaustedError(message);
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_PERM:
      return absl::PermissionDeniedError(message);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_IOERR:
      return absl::UnavailableError(message);
    default:
      return absl::InternalError(message);
  }
}

void SqliteDatabase::BindInteger(sqlite3_stmt* statement, int index, int64_t value) {
  sqlite3_bind_int64(statement, index, value);
}
void SqliteDatabase::BindReal(sqlite3_stmt* statement, int index, double value) {
  sqlite3_bind_double(statement, index, value);
}
void SqliteDatabase::BindBytes(sqlite3_stmt* statement, int index, absl::string_view value) {
  // As text, so that keys compare and people can read them; SQLite keeps the bytes as they are.
  sqlite3_bind_text64(statement, index, value.data(), value.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
}

}  // namespace doodle
