// doodle-coordinator: jobs, queue, gangs, ledger and rendezvous of a cluster.
#include <CLI/CLI.hpp>
#include <cstdio>

#include "common/log/log.h"
#include "common/startup/startup.h"
#include "common/thread/signals.h"
#include "coordinator/server/coordinator_server.h"

namespace {

constexpr char kProgram[] = "doodle-coordinator";

int AwaitSignal(const sigset_t& signals) {
  int signal = 0;
  sigwait(&signals, &signal);
  return signal;
}

int Run(const doodle::CoordinatorOptions& options) {
  const sigset_t signals = doodle::BlockStopSignals();
  auto server = doodle::CoordinatorServer::Start(options);
  if (!server.ok()) return doodle::EndOf(kProgram, server.status());
  std::printf("%s: grpc=%s admin=http://%s\n", kProgram, (*server)->grpc_address().c_str(),
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
  doodle::StartupOptions startup;
  app.add_option("--data-dir", options.data_directory, "Ledger and addresses, on a local disk")->required();
  app.add_option("--jobs-uri", options.jobs_uri, "Checkpoints, logs and metrics of jobs. Default: <data-dir>/jobs");
  app.add_option("--host", options.host, "Address to listen on")->capture_default_str();
  app.add_option("--port", options.port, "gRPC port; 0: any free one")->capture_default_str();
  app.add_option("--admin-port", options.admin_port, "Port of /metrics, /livez and /readyz; 0: any free one")
      ->capture_default_str();
  app.add_flag("--insecure", options.insecure, "Listen on an address that is not loopback, without encryption");
  doodle::AddStartupOptions(app, startup);
  if (const std::optional<int> code = doodle::StartUp(app, argc, argv, kProgram, startup)) return *code;
  return Run(options);
}
