// How a daemon's main begins: the options that all daemons have, the log, the signals and the exit code.
//
//     CLI::App app{"Runs trainers ..."};
//     StartupOptions startup;
//     AddStartupOptions(app, startup);
//     if (const std::optional<int> code = StartUp(app, argc, argv, "doodle-worker", startup)) return *code;
//     ... until told to stop ...
//     return EndOf("doodle-worker", status);
#ifndef DOODLE_COMMON_STARTUP_STARTUP_H_
#define DOODLE_COMMON_STARTUP_STARTUP_H_

#include <optional>
#include <string>

#include "absl/status/status.h"

namespace CLI {
class App;
}  // namespace CLI

namespace doodle {

struct StartupOptions {
  std::string log_format = "keyvalue";  // Or "json".
  bool die_with_parent = false;         // The kernel ends this process when the one that started it ends.
};

// --log-format, --die-with-parent and --version. `options` must outlive the parsing.
void AddStartupOptions(CLI::App& app, StartupOptions& options);

// Among the first statements of main, before any thread: parses the command line into the options of `app`, opens the
// log and sets the parent's death and inherited signals right. An exit code when there is nothing more to do: 0 after
// --help and --version, 2 for wrong usage, 1 when the parent is gone already.
std::optional<int> StartUp(CLI::App& app, int argc, char** argv, const std::string& program,
                           const StartupOptions& options);

// Logs an error as the reason why the daemon ends. 0 for OK; 2 for INVALID_ARGUMENT and NOT_FOUND, which are about what
// was asked for; else 1.
int EndOf(const std::string& program, const absl::Status& status);

}  // namespace doodle

#endif  // DOODLE_COMMON_STARTUP_STARTUP_H_
