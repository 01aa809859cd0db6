// Structured logs on standard error, one line an event: key=value or JSON (--log-format). The only user of spdlog.
//
//     LogInfo("gang formed", {{"job", job}, {"generation", generation}});
#ifndef DOODLE_COMMON_LOG_LOG_H_
#define DOODLE_COMMON_LOG_LOG_H_

#include <initializer_list>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace doodle {

struct LogField {
  // `field_value`: anything that absl::StrCat takes.
  template <typename Value>
  LogField(absl::string_view field_key, const Value& field_value) : key(field_key), value(absl::StrCat(field_value)) {}

  std::string key;
  std::string value;
};

enum class LogFormat { kKeyValue, kJson };

// Once, at the start of main; `program` is in every line. Without it, key=value and the name "doodle".
void InitLog(absl::string_view program, LogFormat format);

// Thread-safe. `event` is a short fixed phrase; what varies goes into the fields.
void LogInfo(absl::string_view event, std::initializer_list<LogField> fields = {});
void LogWarning(absl::string_view event, std::initializer_list<LogField> fields = {});
void LogError(absl::string_view event, std::initializer_list<LogField> fields = {});

}  // namespace doodle

#endif  // DOODLE_COMMON_LOG_LOG_H_
