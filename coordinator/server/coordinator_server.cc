#include "coordinator/server/coordinator_server.h"

#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/strings/str_cat.h"
#include "common/http/http_server.h"
#include "common/ids/version.h"
#include "common/io/file_system.h"
#include "common/io/host_port.h"
#include "common/log/log.h"
#include "common/metrics/registry.h"
#include "common/rpc/addresses_file.h"
#include "common/rpc/server.h"
#include "common/status/status.h"
#include "common/storage/storage_files.h"
#include "common/storage/uri.h"
#include "common/thread/thread.h"
#include "common/time/clock.h"
#include "coordinator/control/controller.h"
#include "coordinator/ledger/data_directory_lock.h"
#include "coordinator/ledger/ledger.h"
#include "coordinator/server/work_thread.h"
#include "coordinator/service/fleet_service.h"
#include "coordinator/service/fleet_streams.h"
#include "coordinator/service/job_service.h"
#include "coordinator/service/log_stream.h"
#include "coordinator/service/user_services.h"

namespace doodle {
namespace {

constexpr absl::Duration kTickEvery = absl::Milliseconds(20);
constexpr absl::Duration kPollLogsEvery = absl::Milliseconds(200);
constexpr absl::Duration kStopGrace = absl::Seconds(1);  // For calls that run when the coordinator stops.

// An fsync that failed leaves unknown what is on disk: no further word may leave this process.
void StopTheProcess(const absl::Status& status) {
  LogError("stopping: the ledger is not durable", {{"error", std::string(status.message())}});
  std::_Exit(1);
}

absl::StatusOr<std::string> AbsolutePath(const std::string& path) {
  std::error_code error;
  const std::filesystem::path absolute = std::filesystem::absolute(path, error);
  if (error) return absl::InvalidArgumentError(absl::StrCat(path, ": ", error.message()));
  return absolute.lexically_normal().string();
}

class Server final : public CoordinatorServer {
 public:
  explicit Server(CoordinatorOptions options) : options_(std::move(options)) {}
  ~Server() override { Stop(); }

  absl::Status Open() {
    const std::string address = HostPort(options_.host, options_.port);
    DOODLE_RETURN_IF_ERROR(RequireLoopback(address, options_.insecure), "--host");
    if (!IsLoopback(address)) LogWarning("serving without encryption: TLS is not built yet", {{"host", options_.host}});
    if (options_.data_directory.empty()) return InvalidField("data-dir", "is required");
    DOODLE_ASSIGN_OR_RETURN(options_.data_directory, AbsolutePath(options_.data_directory));
    DOODLE_RETURN_IF_ERROR(files_.MakeDirectories(options_.data_directory));
    DOODLE_ASSIGN_OR_RETURN(lock_, DataDirectoryLock::Acquire(options_.data_directory));
    DOODLE_ASSIGN_OR_RETURN(ledger_, OpenSqliteLedger(absl::StrCat(options_.data_directory, "/ledger.db")));
    return OpenController();
  }

  absl::Status OpenController() {
    ControllerOptions control;
    control.on_ledger_failure = StopTheProcess;
    control.jobs_directory = absl::StrCat(options_.data_directory, "/jobs");
    if (!options_.jobs_uri.empty()) {
      DOODLE_ASSIGN_OR_RETURN(const std::string path, LocalPath(options_.jobs_uri), "jobs-uri");
      DOODLE_ASSIGN_OR_RETURN(control.jobs_directory, AbsolutePath(path));
    }
    DOODLE_RETURN_IF_ERROR(files_.MakeDirectories(control.jobs_directory));
    StorageOptions storage = ToStorageOptions(ProcessVariables());
    storage.cache_directory = absl::StrCat(options_.data_directory, "/cache");
    storage_ = MakeStorageFiles(std::move(storage), files_, clock_);
    DOODLE_ASSIGN_OR_RETURN(controller_, Controller::Create(std::move(control), {*ledger_, streams_, control_work_,
                                                                                 clock_, *storage_, metrics_}));
    jobs_ = std::make_unique<JobService>(*controller_, *storage_, request_work_, logs_);
    datasets_ = std::make_unique<DatasetService>(*controller_, request_work_);
    workers_ = std::make_unique<WorkerService>(*controller_);
    checkpoints_ = std::make_unique<CheckpointService>(*controller_);
    fleet_ = std::make_unique<FleetService>(*controller_, streams_);
    return absl::OkStatus();
  }

  absl::Status Serve() {
    metrics_.Set(metric::kBuildInfo, {{"version", std::string(Version())}}, 1);
    for (const char* service : {"JobService", "DatasetService", "WorkerService", "CheckpointService", "FleetService"}) {
      for (const std::string& method : RpcMethods(absl::StrCat("doodle.v1.", service))) {
        metrics_.Declare(metric::kRpcHandled, {{"method", method}, {"code", "OK"}});
        metrics_.Declare(metric::kRpcHandling, {{"method", method}});
      }
    }
    DOODLE_ASSIGN_OR_RETURN(http_, HttpServer::Start({.host = options_.host, .port = options_.admin_port}, Routes()),
                            "admin");
    RpcServer::Options rpc;
    rpc.address = HostPort(options_.host, options_.port);
    rpc.insecure = options_.insecure;
    rpc.clock = &clock_;
    rpc.observer = [this](absl::string_view method, absl::string_view code, absl::Duration duration) {
      metrics_.Add(metric::kRpcHandled, {{"method", std::string(method)}, {"code", std::string(code)}});
      metrics_.Observe(metric::kRpcHandling, {{"method", std::string(method)}}, absl::ToDoubleSeconds(duration));
    };
    ticker_ = NamedThread("ticker", [this] { RunEvery(kTickEvery, [this] { controller_->Tick(); }); });
    log_poller_ = NamedThread("log-poller", [this] { RunEvery(kPollLogsEvery, [this] { logs_.Poll(*controller_); }); });
    DOODLE_ASSIGN_OR_RETURN(
        rpc_, RpcServer::Start(rpc, {jobs_.get(), datasets_.get(), workers_.get(), checkpoints_.get(), fleet_.get()}));
    serving_ = true;
    return WriteAddresses(files_, options_.data_directory,
                          {.grpc = grpc_address(), .admin = admin_address(), .pid = ::getpid()});
  }

  std::string grpc_address() const override { return rpc_->address(); }
  std::string admin_address() const override { return http_->address(); }

  void Stop() override {
    if (std::exchange(stopped_, true)) return;
    serving_ = false;
    if (controller_ != nullptr) controller_->rendezvous().Stop();
    streams_.EndAll();
    if (rpc_ != nullptr) {
      rpc_->SetServing(false);
      rpc_->Shutdown(kStopGrace);
    }
    {
      absl::MutexLock lock(&stop_mu_);
      stopping_ = true;
    }
    ticker_.Join();
    log_poller_.Join();
    request_work_.Stop();
    control_work_.Stop();
    if (http_ != nullptr) http_->Stop();
    if (lock_ == nullptr) return;  // The directory is another coordinator's.
    RemoveAddresses(files_, options_.data_directory).IgnoreError();
    lock_.reset();  // Nothing is written any more.
  }

 private:
  HttpRoutes Routes() {
    HttpRoutes routes;
    routes["/metrics"] = [this](const HttpRequest&) {
      return HttpResponse{200, std::string(kMetricsContentType), metrics_.Expose()};
    };
    routes["/livez"] = [](const HttpRequest&) { return HttpResponse{.body = "ok\n"}; };
    routes["/readyz"] = [this](const HttpRequest&) {
      return serving_ ? HttpResponse{.body = "ok\n"} : HttpResponse{.status = 503, .body = "not serving\n"};
    };
    return routes;
  }

  void RunEvery(absl::Duration period, absl::FunctionRef<void()> work) {
    absl::MutexLock lock(&stop_mu_);
    while (!clock_.AwaitUntil(stop_mu_, absl::Condition(&stopping_), clock_.SteadyNow() + period)) {
      stop_mu_.Unlock();
      work();
      stop_mu_.Lock();
    }
  }

  CoordinatorOptions options_;
  FileSystem& files_ = LocalFileSystem();
  Clock& clock_ = RealClock();
  std::unique_ptr<FileSystem> storage_;  // files_ and s3://, for datasets.
  MetricRegistry metrics_{MetricHost::kCoordinator};
  std::unique_ptr<DataDirectoryLock> lock_;
  std::unique_ptr<Ledger> ledger_;
  FleetStreams streams_;
  LogPoller logs_;
  std::unique_ptr<Controller> controller_;
  WorkThread control_work_{"control-work"};
  WorkThread request_work_{"request-work"};
  std::unique_ptr<JobService> jobs_;
  std::unique_ptr<DatasetService> datasets_;
  std::unique_ptr<WorkerService> workers_;
  std::unique_ptr<CheckpointService> checkpoints_;
  std::unique_ptr<FleetService> fleet_;
  std::unique_ptr<HttpServer> http_;
  std::unique_ptr<RpcServer> rpc_;
  std::atomic<bool> serving_ = false;
  bool stopped_ = false;
  absl::Mutex stop_mu_;
  bool stopping_ ABSL_GUARDED_BY(stop_mu_) = false;
  NamedThread ticker_;
  NamedThread log_poller_;  // Reads files, which may be slow: the ticker's deadlines must not wait for them.
};

}  // namespace

absl::StatusOr<std::unique_ptr<CoordinatorServer>> CoordinatorServer::Start(const CoordinatorOptions& options) {
  auto server = std::make_unique<Server>(options);
  DOODLE_RETURN_IF_ERROR(server->Open());
  DOODLE_RETURN_IF_ERROR(server->Serve());
  return server;
}

}  // namespace doodle
