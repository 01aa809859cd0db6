#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "cli/commands.h"
#include "cli/interrupt.h"
#include "cli/json_text.h"
#include "cli/local_cluster.h"
#include "common/rpc/addresses_file.h"
#include "common/status/status.h"

namespace doodle {

namespace {

constexpr char kDefaultCoordinator[] = "127.0.0.1:7460";

struct UpOptions {
  int64_t workers = 1;
  int64_t slots = 1;
  std::string data_dir;
  int64_t port = 7460;
  int64_t admin_port = 7461;
  int64_t worker_admin_port = 7471;
};

absl::StatusOr<int> InRange(const std::string& option, int64_t value, int64_t least, int64_t most) {
  if (value >= least && value <= most) return static_cast<int>(value);
  return absl::InvalidArgumentError(absl::StrCat(option, ": ", value, " is not within ", least, " and ", most));
}

std::string DefaultDataDir(const Environment& environment) {
  if (const auto base = environment.variable("XDG_DATA_HOME")) return absl::StrCat(*base, "/doodle");
  return absl::StrCat(environment.VariableOr("HOME", environment.working_directory), "/.local/share/doodle");
}

absl::StatusOr<ClusterOptions> Checked(const Environment& environment, const UpOptions& options) {
  ClusterOptions cluster;
  const std::string data_dir = options.data_dir.empty() ? DefaultDataDir(environment) : options.data_dir;
  cluster.data_dir = AbsolutePath(environment, data_dir);
  DOODLE_ASSIGN_OR_RETURN(cluster.workers, InRange("--workers", options.workers, 0, 64));
  DOODLE_ASSIGN_OR_RETURN(cluster.slots, InRange("--slots", options.slots, 1, 256));
  DOODLE_ASSIGN_OR_RETURN(cluster.port, InRange("--port", options.port, 0, 65535));
  DOODLE_ASSIGN_OR_RETURN(cluster.admin_port, InRange("--admin-port", options.admin_port, 0, 65535));
  DOODLE_ASSIGN_OR_RETURN(cluster.worker_admin_port,
                          InRange("--worker-admin-port", options.worker_admin_port, 0, 65535 - cluster.workers));
  return cluster;
}

nlohmann::ordered_json Json(const ClusterOptions& options, const ClusterAddresses& addresses) {
  nlohmann::ordered_json json = {{"coordinator", addresses.coordinator},
                                 {"admin", addresses.admin},
                                 {"workers", nlohmann::ordered_json::array()},
                                 {"dataDir", options.data_dir}};
  for (size_t i = 0; i < addresses.workers.size(); ++i) {
    json["workers"].push_back({{"name", absl::StrCat("worker-", i)}, {"admin", addresses.workers[i]}});
  }
  return json;
}

std::string Text(const ClusterOptions& options, const ClusterAddresses& addresses) {
  std::string text =
      absl::StrFormat("coordinator  %s\nmetrics      http://%s/metrics\n", addresses.coordinator, addresses.admin);
  for (size_t i = 0; i < addresses.workers.size(); ++i) {
    absl::StrAppendFormat(&text, "%-11s  http://%s/metrics  %d %s\n", absl::StrCat("worker-", i), addresses.workers[i],
                          options.slots, options.slots == 1 ? "slot" : "slots");
  }
  absl::StrAppend(&text, "data         ", options.data_dir, "\nlogs         ", options.data_dir, "/logs\n");
  const bool usual = addresses.coordinator == kDefaultCoordinator;
  absl::StrAppend(&text, "\nIn another terminal:\n",
                  usual ? "" : absl::StrCat("  export DOODLE_COORDINATOR=", addresses.coordinator, "\n"),
                  "  doodle ingest DRAWINGS --out dataset --split valid=10%\n"
                  "  doodle init quick > quick.yaml\n"
                  "  doodle submit quick.yaml --set dataset=dataset --follow\n"
                  "\nCtrl-C stops everything.\n");
  return text;
}

absl::Status Up(Environment& environment, const UpOptions& options) {
  DOODLE_ASSIGN_OR_RETURN(const ClusterOptions cluster_options, Checked(environment, options));
  const Interrupt interrupt;
  DOODLE_ASSIGN_OR_RETURN(const auto cluster, LocalCluster::Start(environment, cluster_options, interrupt));
  const nlohmann::ordered_json json = Json(cluster_options, cluster->addresses());
  const std::string file = AddressesPath(cluster_options.data_dir);
  DOODLE_RETURN_IF_ERROR(WriteFileAtomically(environment.files, file, JsonText(json) + "\n"));
  Console& console = environment.console;
  console.Data(console.json() ? JsonText(json) : Text(cluster_options, cluster->addresses()));
  absl::Status ended = cluster->Run();
  console.Message("stopping");
  cluster->Stop();
  DOODLE_RETURN_IF_ERROR(environment.files.RemoveAll(file));
  return ended;
}

}  // namespace

void AddUpCommand(Command root, Environment& environment) {
  auto options = std::make_shared<UpOptions>();
  Command up = root.Add({"up"}, "A coordinator and workers on this machine, on loopback, until Ctrl-C.",
                        "doodle up --workers 1 --slots 2");
  up.Option(options->workers, "--workers", "N", "Workers to start. Default: 1.");
  up.Option(options->slots, "--slots", "N", "Trainers that each worker may run. Default: 1.");
  up.Option(options->data_dir, "--data-dir", "DIR", "Ledger, jobs and logs. Default: ~/.local/share/doodle.");
  up.Option(options->port, "--port", "PORT", "Of the coordinator's RPC; 0 is any, here and below. Default: 7460.");
  up.Option(options->admin_port, "--admin-port", "PORT", "Of its metrics and health. Default: 7461.");
  up.Option(options->worker_admin_port, "--worker-admin-port", "PORT",
            "Of the first worker's; the next follow. Default: 7471.");
  up.Run([&environment, options] { return Up(environment, *options); });
}

}  // namespace doodle
