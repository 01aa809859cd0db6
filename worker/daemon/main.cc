// doodle-worker: the daemon of a node.
#include <sys/signalfd.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <csignal>

#include "common/log/log.h"
#include "common/thread/parent_death.h"
#include "worker/daemon/daemon.h"

namespace doodle {
namespace {

// Readable when the process is told to end. Blocked before any thread starts, so that none is interrupted.
int StopSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  signal(SIGPIPE, SIG_IGN);
  return signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
}

int Run(DaemonOptions options) {
  options.stop_descriptor = StopSignals();
  options.version = DOODLE_VERSION;
  auto daemon = Daemon::Create(std::move(options), RealClock());
  absl::Status status = daemon.status();
  if (status.ok()) status = (*daemon)->Run();
  if (status.ok()) return 0;
  LogError("doodle-worker ends", {{"why", status.ToString()}});
  return absl::IsInvalidArgument(status) || absl::IsNotFound(status) ? 2 : 1;
}

}  // namespace
}  // namespace doodle

int main(int argc, char** argv) {
  CLI::App app{"Runs trainers for a doodle coordinator.\n\nExample: doodle-worker --data-dir worker --slots 2"};
  doodle::DaemonOptions options;
  options.coordinator = "127.0.0.1:7460";
  std::string log_format = "keyvalue";
  bool die_with_parent = false;
  app.add_option("--data-dir", options.data_directory, "Directory of this worker alone, on a local disk")->required();
  app.add_option("--coordinator", options.coordinator, "HOST:PORT of the coordinator")
      ->envname("DOODLE_COORDINATOR")
      ->capture_default_str();
  app.add_option("--slots", options.slots, "Trainers that may run at once")->capture_default_str();
  app.add_option("--host", options.host, "Address of the admin port")->capture_default_str();
  app.add_option("--admin-port", options.admin_port, "Metrics and health; 0: any free one")->capture_default_str();
  app.add_option("--advertise", options.advertise, "Host by which others reach the admin port");
  app.add_option("--trainer", options.trainer, "Path of doodle-trainer; default: beside this program");
  app.add_option("--log-format", log_format, "keyvalue or json")->check(CLI::IsMember({"keyvalue", "json"}));
  app.add_flag("--insecure", options.insecure, "Allow unencrypted traffic beyond this machine");
  app.add_flag("--die-with-parent", die_with_parent, "End when the process that started this one ends");
  app.set_version_flag("--version", DOODLE_VERSION);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  doodle::InitLog("doodle-worker", log_format == "json" ? doodle::LogFormat::kJson : doodle::LogFormat::kKeyValue);
  if (die_with_parent) {
    const absl::Status status = doodle::DieWithParent(0);
    if (!status.ok()) {
      doodle::LogError("doodle-worker ends", {{"why", status.ToString()}});
      return 1;
    }
  }
  return doodle::Run(std::move(options));
}
