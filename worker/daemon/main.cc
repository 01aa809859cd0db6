// doodle-worker: the daemon of a node.
#include <sys/signalfd.h>

#include <CLI/CLI.hpp>

#include "common/startup/startup.h"
#include "common/thread/signals.h"
#include "worker/daemon/daemon.h"

namespace doodle {
namespace {

constexpr char kProgram[] = "doodle-worker";

int Run(DaemonOptions options) {
  const sigset_t signals = BlockStopSignals();
  // Readable when the process is told to end.
  options.stop_descriptor = signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
  auto daemon = Daemon::Create(std::move(options), RealClock());
  return EndOf(kProgram, daemon.ok() ? (*daemon)->Run() : daemon.status());
}

}  // namespace
}  // namespace doodle

int main(int argc, char** argv) {
  CLI::App app{"Runs trainers for a doodle coordinator.\n\nExample: doodle-worker --data-dir worker --slots 2"};
  doodle::DaemonOptions options;
  doodle::StartupOptions startup;
  options.coordinator = "127.0.0.1:7460";
  app.add_option("--data-dir", options.data_directory, "Directory of this worker alone, on a local disk")->required();
  app.add_option("--coordinator", options.coordinator, "HOST:PORT of the coordinator")
      ->envname("DOODLE_COORDINATOR")
      ->capture_default_str();
  app.add_option("--slots", options.slots, "Trainers that may run at once")->capture_default_str();
  app.add_option("--host", options.host, "Address of the admin port")->capture_default_str();
  app.add_option("--admin-port", options.admin_port, "Metrics and health; 0: any free one")->capture_default_str();
  app.add_option("--advertise", options.advertise, "Host by which others reach the admin port");
  app.add_option("--trainer", options.trainer, "Path of doodle-trainer; default: beside this program");
  app.add_option("--cache-limit-mib", options.cache_limit_mib, "Disk for what is read of s3:// datasets; 0: none")
      ->envname("DOODLE_CACHE_LIMIT_MIB")
      ->check(CLI::Range(uint64_t{0}, uint64_t{1} << 30))
      ->capture_default_str();
  app.add_flag("--insecure", options.insecure, "Allow unencrypted traffic beyond this machine");
  doodle::AddStartupOptions(app, startup);
  if (const std::optional<int> code = doodle::StartUp(app, argc, argv, doodle::kProgram, startup)) return *code;
  return doodle::Run(std::move(options));
}
