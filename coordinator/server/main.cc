// doodle-coordinator: jobs, queue, gangs, ledger and rendezvous of a cluster.
#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>

#include "common/log/log.h"
#include "coordinator/server/coordinator_server.h"

namespace {

// Waits for SIGTERM or SIGINT, which every thread has blocked.
int AwaitSignal(const sigset_t& signals) {
  int signal = 0;
  sigwait(&signals, &signal);
  return signal;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"The coordinator of a doodle cluster: jobs, queue, gangs, ledger and rendezvous.", "doodle-coordinator"};
  doodle::CoordinatorOptions options;
  std::string log_format = "kv";
  app.add_option("--data-dir", options.data_directory, "Ledger and addresses, on a local disk")->required();
  app.add_option("--jobs-uri", options.jobs_uri, "Checkpoints, logs and metrics of jobs [<data-dir>/jobs]");
  app.add_option("--host", options.host, "Address to listen on")->capture_default_str();
  app.add_option("--port", options.port, "gRPC port; 0: any free one")->capture_default_str();
  app.add_option("--admin-port", options.admin_port, "Port of /metrics, /livez and /readyz; 0: any free one")
      ->capture_default_str();
  app.add_option("--log-format", log_format, "kv or json")->check(CLI::IsMember({"kv", "json"}))->capture_default_str();
  app.add_flag("--insecure", options.insecure, "Listen on an address that is not loopback, without encryption");
  CLI11_PARSE(app, argc, argv);

  // Before any thread exists, so that all of them inherit it.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);

  doodle::InitLog("doodle-coordinator", log_format == "json" ? doodle::LogFormat::kJson : doodle::LogFormat::kKeyValue);
  auto server = doodle::CoordinatorServer::Start(options);
  if (!server.ok()) {
    std::fprintf(stderr, "doodle-coordinator: %s\n", std::string(server.status().message()).c_str());
    return absl::IsInvalidArgument(server.status()) ? 2 : 1;
  }
  std::printf("doodle-coordinator: grpc=%s admin=http://%s\n", (*server)->grpc_address().c_str(),
              (*server)->admin_address().c_str());
  std::fflush(stdout);
  const int signal = AwaitSignal(signals);
  doodle::LogInfo("stopping", {{"signal", signal}});
  (*server)->Stop();
  return 0;
}
