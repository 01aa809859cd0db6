#include "common/rpc/server.h"

#include <google/protobuf/descriptor.h>
#include <grpc/support/time.h>
#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <sys/un.h>

#include <mutex>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/log/log.h"
#include "common/rpc/channel.h"
#include "common/rpc/observing_interceptor.h"
#include "common/status/status.h"

namespace doodle {
namespace {

constexpr absl::string_view kUnix = "unix:";

class GrpcServer final : public RpcServer {
 public:
  GrpcServer(std::unique_ptr<grpc::Server> server, uint16_t port, std::string address)
      : server_(std::move(server)), port_(port), address_(std::move(address)) {}
  ~GrpcServer() override { Shutdown(absl::ZeroDuration()); }

  uint16_t port() const override { return port_; }
  std::string address() const override { return address_; }

  void SetServing(bool serving) override {
    if (auto* health = server_->GetHealthCheckService()) health->SetServingStatus(serving);
  }

  void Shutdown(absl::Duration grace) override {
    std::call_once(shutdown_, [&] {
      SetServing(false);
      server_->Shutdown(gpr_time_from_millis(absl::ToInt64Milliseconds(grace), GPR_TIMESPAN));
      server_->Wait();
    });
  }

 private:
  const std::unique_ptr<grpc::Server> server_;
  const uint16_t port_;
  const std::string address_;
  std::once_flag shutdown_;
};

absl::Status CheckAddress(const RpcServer::Options& options) {
  if (absl::StartsWith(options.address, kUnix)) {
    const size_t length = options.address.size() - kUnix.size();
    if (length == 0 || length >= sizeof(sockaddr_un::sun_path)) {
      return absl::InvalidArgumentError(absl::StrCat("socket path \"", options.address.substr(kUnix.size()), "\": has ",
                                                     length, " bytes, allowed are 1 to 107"));
    }
    return absl::OkStatus();
  }
  DOODLE_RETURN_IF_ERROR(RequireLoopback(options.address, options.insecure));
  if (!IsLoopback(options.address)) {
    LogWarning("serving without encryption on an address that others can reach", {{"address", options.address}});
  }
  return absl::OkStatus();
}

void SetUpPlugins() {
  static std::once_flag once;
  std::call_once(once, [] {
    grpc::EnableDefaultHealthCheckService(true);
    grpc::reflection::InitProtoReflectionServerBuilderPlugin();
  });
}

}  // namespace

std::vector<std::string> RpcMethods(const std::string& service) {
  std::vector<std::string> methods;
  const auto* descriptor = google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(service);
  for (int i = 0; descriptor != nullptr && i < descriptor->method_count(); ++i) {
    methods.push_back(absl::StrCat(service, "/", descriptor->method(i)->name()));
  }
  return methods;
}

absl::StatusOr<std::unique_ptr<RpcServer>> RpcServer::Start(const Options& options,
                                                            const std::vector<grpc::Service*>& services) {
  DOODLE_RETURN_IF_ERROR(CheckAddress(options));
  SetUpPlugins();
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort(options.address, grpc::InsecureServerCredentials(), &port);
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);  // A second server on a port must fail.
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, 5000);
  builder.SetMaxReceiveMessageSize(kMaxRpcMessage);
  builder.SetMaxSendMessageSize(kMaxRpcMessage);
  if (options.observer) {
    std::vector<std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface>> creators;
    creators.push_back(NewObservingInterceptorFactory(options.observer, *options.clock));
    builder.experimental().SetInterceptorCreators(std::move(creators));
  }
  for (grpc::Service* service : services) builder.RegisterService(service);
  std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (server == nullptr || port == 0) {
    return absl::UnavailableError(absl::StrCat("cannot listen on ", options.address, ": is the address taken?"));
  }
  const bool is_unix = absl::StartsWith(options.address, kUnix);
  const std::string host = options.address.substr(0, options.address.rfind(':'));
  std::string address = is_unix ? options.address : absl::StrCat(host, ":", port);
  return std::make_unique<GrpcServer>(std::move(server), static_cast<uint16_t>(is_unix ? 0 : port), std::move(address));
}

}  // namespace doodle
