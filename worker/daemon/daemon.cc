#include "worker/daemon/daemon.h"

#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <filesystem>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/http/http_server.h"
#include "common/ids/random_id.h"
#include "common/ids/version.h"
#include "common/io/file_system.h"
#include "common/io/host_port.h"
#include "common/log/log.h"
#include "common/metrics/registry.h"
#include "common/rpc/addresses_file.h"
#include "common/rpc/channel.h"
#include "common/rpc/server.h"
#include "common/status/status.h"
#include "worker/daemon/supervisor.h"
#include "worker/daemon/trainer_service.h"
#include "worker/daemon/worker_identity.h"

namespace doodle {
namespace {

class RegistryMetrics final : public MetricsPort {
 public:
  absl::Status Apply(const std::string& name, const MetricLabels& labels, double value) override {
    return registry_.Apply(name, labels, value);
  }
  void RemoveJob(const std::string& job) override { registry_.RemoveJob(job); }
  std::string Expose() const { return registry_.Expose(); }

 private:
  MetricRegistry registry_{MetricHost::kWorker};
};

std::string HostName() {
  char name[256] = {};
  gethostname(name, sizeof(name) - 1);
  return name;
}

// Devices that NVIDIA's driver shows, without asking the driver.
uint32_t CountGpus() {
  uint32_t count = 0;
  while (std::filesystem::exists(absl::StrCat("/dev/nvidia", count))) ++count;
  return count;
}

absl::Status CheckOptions(const DaemonOptions& options) {
  if (options.data_directory.empty()) return InvalidField("--data-dir", "is missing");
  if (options.slots == 0 || options.slots > 1024) return InvalidField("--slots", "must be 1 to 1024");
  DOODLE_RETURN_IF_ERROR(RequireLoopback(options.coordinator, options.insecure), "--coordinator");
  DOODLE_RETURN_IF_ERROR(RequireLoopback(HostPort(options.host, options.admin_port), options.insecure), "--host");
  if (access(options.trainer.c_str(), X_OK) != 0) {
    return absl::NotFoundError(absl::StrCat("--trainer: no program at ", options.trainer));
  }
  return absl::OkStatus();
}

class WiredDaemon final : public Daemon {
 public:
  WiredDaemon(DaemonOptions options, Clock& clock, std::unique_ptr<WorkerIdentity> identity)
      : options_(std::move(options)),
        clock_(clock),
        identity_(std::move(identity)),
        socket_(absl::StrCat(options_.data_directory, "/trainers.sock")),
        fleet_(v1::FleetService::NewStub(CreateChannel(options_.coordinator))) {}

  // Trainers first lose their daemon's supervisor, then its socket.
  ~WiredDaemon() override {
    if (http_ != nullptr) http_->Stop();
    if (server_ != nullptr) server_->Shutdown(absl::ZeroDuration());
    std::error_code ignored;
    std::filesystem::remove(socket_, ignored);
    RemoveAddresses(LocalFileSystem(), options_.data_directory).IgnoreError();
  }

  absl::Status Start();
  absl::Status Run() override {
    running_ = true;
    return supervisor_->Run();
  }
  void Stop() override { supervisor_->Stop(); }
  std::string admin_address() const override { return http_->address(); }
  std::string worker_id() const override { return identity_->id(); }

 private:
  absl::Status StartAdmin();
  absl::Status StartTrainerService();
  Supervisor::Options SupervisorOptions() const;

  const DaemonOptions options_;
  Clock& clock_;
  const std::unique_ptr<WorkerIdentity> identity_;
  const std::string socket_;
  RegistryMetrics metrics_;
  const std::unique_ptr<v1::FleetService::Stub> fleet_;
  std::unique_ptr<Supervisor> supervisor_;
  std::unique_ptr<TrainerServiceHandler> service_;
  std::unique_ptr<RpcServer> server_;
  std::unique_ptr<HttpServer> http_;
  std::atomic<bool> running_ = false;  // From then on the HTTP thread may use the supervisor.
};

absl::Status WiredDaemon::Start() {
  DOODLE_RETURN_IF_ERROR(StartAdmin(), "admin port");
  supervisor_ = std::make_unique<Supervisor>(SupervisorOptions(), Supervisor::Deps{*fleet_, metrics_, clock_});
  DOODLE_RETURN_IF_ERROR(StartTrainerService(), "trainers' socket");
  DOODLE_RETURN_IF_ERROR(WriteAddresses(LocalFileSystem(), options_.data_directory,
                                        {.admin = http_->address(), .worker_id = identity_->id(), .pid = getpid()}));
  const std::vector<std::string> variables = NotableVariables(InheritedEnvironment());
  LogInfo("worker started", {{"worker", identity_->id()},
                             {"admin", http_->address()},
                             {"coordinator", options_.coordinator},
                             {"slots", options_.slots},
                             {"variables", absl::StrJoin(variables, " ")}});
  return absl::OkStatus();
}

Supervisor::Options WiredDaemon::SupervisorOptions() const {
  Supervisor::Options options;
  v1::Register& identity = options.core.identity;
  identity.set_worker_id(identity_->id());
  identity.set_incarnation(identity_->incarnation());
  identity.set_protocol_version(kFleetProtocolVersion);
  identity.set_slots(options_.slots);
  identity.set_hostname(HostName());
  const std::string host = options_.advertise.empty() ? options_.host : options_.advertise;
  identity.set_metrics_address(HostPort(host, http_->port()));
  identity.set_gpus(CountGpus());
  identity.set_version(std::string(Version()));
  options.core.new_token = [] { return RandomHex(16); };
  options.processes.program = options_.trainer;
  options.processes.socket = socket_;
  TrainerEnvironment& environment = options.processes.environment;
  environment.daemon = getpid();
  environment.cores = static_cast<int>(std::thread::hardware_concurrency());
  environment.slots = options_.slots;
  environment.loopback = IsLoopback(options_.coordinator);
  environment.cache_directory = absl::StrCat(options_.data_directory, "/cache");
  environment.cache_limit_mib = options_.cache_limit_mib;
  options.stop_descriptor = options_.stop_descriptor;
  return options;
}

absl::Status WiredDaemon::StartAdmin() {
  const auto text = [](int status, std::string body) {
    HttpResponse response;
    response.status = status;
    response.body = std::move(body);
    return response;
  };
  HttpRoutes routes;
  routes["/metrics"] = [this](const HttpRequest&) {
    return HttpResponse{200, std::string(kMetricsContentType), metrics_.Expose()};
  };
  // Until the supervisor runs, the daemon is alive and not ready.
  routes["/livez"] = [this, text](const HttpRequest&) {
    const bool alive = !running_ || supervisor_->IsAlive();
    return alive ? text(200, "ok\n") : text(503, "the supervisor does not come round\n");
  };
  routes["/readyz"] = [this, text](const HttpRequest&) {
    return running_ && supervisor_->ready() ? text(200, "ok\n") : text(503, "not registered with the coordinator\n");
  };
  DOODLE_ASSIGN_OR_RETURN(http_, HttpServer::Start({.host = options_.host, .port = options_.admin_port}, routes));
  return absl::OkStatus();
}

absl::Status WiredDaemon::StartTrainerService() {
  std::error_code ignored;
  std::filesystem::remove(socket_, ignored);  // Of a daemon that was killed; the lock says that it is gone.
  service_ = std::make_unique<TrainerServiceHandler>(supervisor_->connections(), *fleet_);
  RpcServer::Options options;
  options.address = "unix:" + socket_;
  DOODLE_ASSIGN_OR_RETURN(server_, RpcServer::Start(options, {service_.get()}));
  if (chmod(socket_.c_str(), 0600) != 0) return absl::ErrnoToStatus(errno, socket_);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<Daemon>> Daemon::Create(DaemonOptions options, Clock& clock) {
  if (options.trainer.empty()) {
    std::error_code error;
    const std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe", error);
    options.trainer = self.parent_path() / "doodle-trainer";
  }
  DOODLE_RETURN_IF_ERROR(CheckOptions(options));
  // Trainers and their socket are named by absolute paths: a trainer may change its directory.
  options.data_directory = std::filesystem::absolute(options.data_directory).lexically_normal();
  DOODLE_ASSIGN_OR_RETURN(std::unique_ptr<WorkerIdentity> identity,
                          WorkerIdentity::Open(LocalFileSystem(), options.data_directory));
  auto daemon = std::make_unique<WiredDaemon>(std::move(options), clock, std::move(identity));
  DOODLE_RETURN_IF_ERROR(daemon->Start());
  return daemon;
}

}  // namespace doodle
