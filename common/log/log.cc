#include "common/log/log.h"

#include <algorithm>
#include <memory>
#include <string>

#include "common/ids/utf8.h"
#include "spdlog/fmt/chrono.h"
#include "spdlog/sinks/stdout_sinks.h"
#include "spdlog/spdlog.h"

namespace doodle {
namespace {

struct State {
  std::string program = "doodle";
  LogFormat format = LogFormat::kKeyValue;
  std::shared_ptr<spdlog::logger> logger;
};

State& GlobalState() {
  static auto* const state = [] {
    auto* created = new State;
    created->logger = std::make_shared<spdlog::logger>("doodle", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    created->logger->set_pattern("%v");
    created->logger->flush_on(spdlog::level::info);
    return created;
  }();
  return *state;
}

bool IsControl(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

// As JSON quotes it: no value may end the line, move a terminal's cursor or break a parser.
std::string Quoted(absl::string_view text) {
  std::string quoted = "\"";
  for (const char c : ReplaceInvalidUtf8(std::string(text))) {
    if (c == '"' || c == '\\') {
      absl::StrAppend(&quoted, "\\", absl::string_view(&c, 1));
    } else if (c == '\n') {
      absl::StrAppend(&quoted, "\\n");
    } else if (c == '\t') {
      absl::StrAppend(&quoted, "\\t");
    } else if (IsControl(c)) {
      absl::StrAppend(&quoted, "\\u", absl::Hex(static_cast<unsigned char>(c), absl::kZeroPad4));
    } else {
      quoted.push_back(c);
    }
  }
  return quoted + "\"";
}

bool NeedsQuotes(absl::string_view value) {
  return value.empty() || value.find_first_of(" \"=\\") != absl::string_view::npos ||
         std::any_of(value.begin(), value.end(), IsControl) || FirstInvalidUtf8(value) < value.size();
}

void AppendField(LogFormat format, absl::string_view key, absl::string_view value, std::string& line) {
  if (format == LogFormat::kJson) {
    absl::StrAppend(&line, line.size() > 1 ? "," : "", Quoted(key), ":", Quoted(value));
  } else {
    absl::StrAppend(&line, line.empty() ? "" : " ", key, "=", NeedsQuotes(value) ? Quoted(value) : std::string(value));
  }
}

// Milliseconds of wall time are read here and not from a Clock: a log line is for people, no decision hangs on it.
std::string TimeText() {
  const auto now = spdlog::log_clock::now();
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count();
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03d}Z", fmt::gmtime(ms / 1000), ms % 1000);
}

void Log(spdlog::level::level_enum level, absl::string_view name, absl::string_view event,
         std::initializer_list<LogField> fields) {
  const State& state = GlobalState();
  std::string line = state.format == LogFormat::kJson ? "{" : "";
  AppendField(state.format, "time", TimeText(), line);
  AppendField(state.format, "level", name, line);
  AppendField(state.format, "program", state.program, line);
  AppendField(state.format, "event", event, line);
  for (const LogField& field : fields) AppendField(state.format, field.key, field.value, line);
  if (state.format == LogFormat::kJson) line += "}";
  state.logger->log(level, spdlog::string_view_t(line.data(), line.size()));
}

}  // namespace

void InitLog(absl::string_view program, LogFormat format) {
  GlobalState().program = std::string(program);
  GlobalState().format = format;
}

void LogInfo(absl::string_view event, std::initializer_list<LogField> fields) {
  Log(spdlog::level::info, "info", event, fields);
}

void LogWarning(absl::string_view event, std::initializer_list<LogField> fields) {
  Log(spdlog::level::warn, "warning", event, fields);
}

void LogError(absl::string_view event, std::initializer_list<LogField> fields) {
  Log(spdlog::level::err, "error", event, fields);
}

}  // namespace doodle
