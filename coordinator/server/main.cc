// doodle-coordinator: jobs, queue, gangs, ledger and rendezvous of a cluster.
#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>

#include "common/log/log.h"
#include "common/thread/parent_death.h"
#include "coordinator/server/coordinator_server.h"

namespace {

// Before any thread exists, so that all of them inherit it.
sigset_t BlockStopSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  signal(SIGPIPE, SIG_IGN);
  return signals;
}

int AwaitSignal(const sigset_t& signals) {
  int signal = 0;
  sigwait(&signals, &signal);
  return signal;
}

int Run(const doodle::CoordinatorOptions& options) {
  const sigset_t signals = BlockStopSignals();
  auto server = doodle::CoordinatorServer::Start(options);
  if (!server.ok()) {
    doodle::LogError("doodle-coordinator ends", {{"why", server.status().ToString()}});
    return absl::IsInvalidArgument(server.status()) ? 2 : 1;
  }
  std::printf("doodle-coordinator: grpc=%s admin=http://%s\n", (*server)->grpc_address().c_str(),
              (*server)->admin_address().c_str());
  std::fflush(stdout);
  doodle::LogInfo("stopping", {{"signal", AwaitSignal(signals)}});
  (*server)->Stop();
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{
      "The coordinator of a doodle cluster: jobs, queue, gangs, ledger and rendezvous.\n\n"
      "Example: doodle-coordinator --data-dir coordinator"};
  doodle::CoordinatorOptions options;
  std::string log_format = "keyvalue";
  bool die_with_parent = false;
  app.add_option("--data-dir", options.data_directory, "Ledger and addresses, on a local disk")->required();
  app.add_option("--jobs-uri", options.jobs_uri, "Checkpoints, logs and metrics of jobs. Default: <data-dir>/jobs");
  app.add_option("--host", options.host, "Address to listen on")->capture_default_str();
  app.add_option("--port", options.port, "gRPC port; 0: any free one")->capture_default_str();
  app.add_option("--admin-port", options.admin_port, "Port of /metrics, /livez and /readyz; 0: any free one")
      ->capture_default_str();
  app.add_option("--log-format", log_format, "keyvalue or json")->check(CLI::IsMember({"keyvalue", "json"}));
  app.add_flag("--insecure", options.insecure, "Listen on an address that is not loopback, without encryption");
  app.add_flag("--die-with-parent", die_with_parent, "End when the process that started this one ends");
  app.set_version_flag("--version", DOODLE_VERSION);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  doodle::InitLog("doodle-coordinator", log_format == "json" ? doodle::LogFormat::kJson : doodle::LogFormat::kKeyValue);
  if (die_with_parent) {
    const absl::Status status = doodle::DieWithParent(0);
    if (!status.ok()) {
      doodle::LogError("doodle-coordinator ends", {{"why", status.ToString()}});
      return 1;
    }
  }
  return Run(options);
}
