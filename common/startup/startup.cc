#include "common/startup/startup.h"

#include <CLI/CLI.hpp>

#include "common/ids/version.h"
#include "common/log/log.h"
#include "common/thread/parent_death.h"
#include "common/thread/signals.h"

namespace doodle {

void AddStartupOptions(CLI::App& app, StartupOptions& options) {
  app.add_option("--log-format", options.log_format, "keyvalue or json")
      ->check(CLI::IsMember({"keyvalue", "json"}))
      ->capture_default_str();
  app.add_flag("--die-with-parent", options.die_with_parent, "End when the process that started this one ends");
  app.set_version_flag("--version", std::string(Version()));
}

std::optional<int> StartUp(CLI::App& app, int argc, char** argv, const std::string& program,
                           const StartupOptions& options) {
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  InitLog(program, options.log_format == "json" ? LogFormat::kJson : LogFormat::kKeyValue);
  RestoreChildSignal();
  const absl::Status bound = options.die_with_parent ? DieWithParent(0) : absl::OkStatus();
  return bound.ok() ? std::nullopt : std::optional(EndOf(program, bound));
}

int EndOf(const std::string& program, const absl::Status& status) {
  if (status.ok()) return 0;
  LogError(program + " ends", {{"why", status.ToString()}});
  return absl::IsInvalidArgument(status) || absl::IsNotFound(status) ? 2 : 1;
}

}  // namespace doodle
