// A SQLite connection whose statements take C++ values. Used by the ledger alone.
#ifndef DOODLE_COORDINATOR_LEDGER_SQLITE_DATABASE_H_
#define DOODLE_COORDINATOR_LEDGER_SQLITE_DATABASE_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <type_traits>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

struct sqlite3;
struct sqlite3_stmt;

namespace doodle {

// One result row; columns count from 0.
class SqliteRow {
 public:
  explicit SqliteRow(sqlite3_stmt* statement) : statement_(statement) {}
  int64_t Integer(int column) const;
  double Real(int column) const;
  std::string Bytes(int column) const;

 private:
  sqlite3_stmt* statement_;
};

// Thread-compatible. Prepared statements are kept by their text.
class SqliteDatabase {
 public:
  static absl::StatusOr<std::unique_ptr<SqliteDatabase>> Open(const std::string& path);
  ~SqliteDatabase();

  // Statements without values or results, separated by semicolons.
  absl::Status Script(const std::string& sql);

  // One statement without results; `values` are integers, doubles and strings for its question marks. A string may
  // hold any bytes.
  template <typename... Values>
  absl::Status Execute(const std::string& sql, const Values&... values) {
    absl::StatusOr<sqlite3_stmt*> statement = Prepare(sql);
    if (!statement.ok()) return statement.status();
    int index = 0;
    (Bind(*statement, ++index, values), ...);
    return Run(*statement, nullptr);
  }

  absl::Status Query(const std::string& sql, const std::function<void(const SqliteRow&)>& each);
  absl::StatusOr<int64_t> QueryInteger(const std::string& sql);

 private:
  explicit SqliteDatabase(sqlite3* database) : database_(database) {}
  absl::StatusOr<sqlite3_stmt*> Prepare(const std::string& sql);
  absl::Status Run(sqlite3_stmt* statement, const std::function<void(const SqliteRow&)>& each);
  absl::Status Error(absl::string_view what) const;

  template <typename Value>
  void Bind(sqlite3_stmt* statement, int index, const Value& value) {
    if constexpr (std::is_floating_point_v<Value>) {
      BindReal(statement, index, value);
    } else if constexpr (std::is_integral_v<Value>) {
      BindInteger(statement, index, static_cast<int64_t>(value));
    } else {
      BindBytes(statement, index, value);
    }
  }
  static void BindInteger(sqlite3_stmt* statement, int index, int64_t value);
  static void BindReal(sqlite3_stmt* statement, int index, double value);
  static void BindBytes(sqlite3_stmt* statement, int index, absl::string_view value);

  sqlite3* database_;
  std::map<std::string, sqlite3_stmt*> statements_;
};

}  // namespace doodle

#endif  // DOODLE_COORDINATOR_LEDGER_SQLITE_DATABASE_H_
