// What surrounds a command: console, variables, files, time. Tests hand in their own.
#ifndef DOODLE_CLI_ENVIRONMENT_H_
#define DOODLE_CLI_ENVIRONMENT_H_

#include <functional>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "cli/console.h"
#include "common/io/file_system.h"
#include "common/time/clock.h"

namespace doodle {

// The references must outlive it. Thread-compatible.
struct Environment {
  Console& console;
  FileSystem& files;
  Clock& clock;
  // A variable of the process; empty optional when unset.
  std::function<std::optional<std::string>(const std::string&)> variable;
  std::string program_directory;  // Of the running executable: where its siblings are.
  std::string working_directory;

  // The option --coordinator; empty: not given.
  std::string coordinator;

  std::string VariableOr(const std::string& name, const std::string& otherwise) const {
    return variable(name).value_or(otherwise);
  }
};

// A variable of the process; empty when unset or "".
std::optional<std::string> ProcessVariable(const std::string& name);

// The machine's environment around `console`.
Environment ProcessEnvironment(Console& console);

// Absolute, against the working directory; without "." and "..".
std::string AbsolutePath(const Environment& environment, const std::string& path);

// A sibling executable: the variable `variable` if set (empty: none), else `name` beside this program. NOT_FOUND says
// where it looked.
absl::StatusOr<std::string> FindProgram(const Environment& environment, const std::string& name,
                                        const std::string& variable);

}  // namespace doodle

#endif  // DOODLE_CLI_ENVIRONMENT_H_
