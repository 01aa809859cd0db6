#include "common/rpc/observing_interceptor.h"

#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/strip.h"

namespace doodle {
namespace {

using grpc::experimental::InterceptionHookPoints;
using grpc::experimental::Interceptor;
using grpc::experimental::InterceptorBatchMethods;
using grpc::experimental::ServerRpcInfo;

class ObservingInterceptor final : public Interceptor {
 public:
  ObservingInterceptor(const RpcObserver& observer, Clock& clock, absl::string_view method)
      : observer_(observer), clock_(clock), method_(absl::StripPrefix(method, "/")), start_(clock.SteadyNow()) {}

  void Intercept(InterceptorBatchMethods* methods) override {
    if (methods->QueryInterceptionHookPoint(InterceptionHookPoints::PRE_SEND_STATUS)) {
      const auto code = static_cast<absl::StatusCode>(methods->GetSendStatus().error_code());
      observer_(method_, absl::StatusCodeToString(code), clock_.SteadyNow() - start_);
    }
    methods->Proceed();
  }

 private:
  const RpcObserver& observer_;
  Clock& clock_;
  const std::string method_;
  const absl::Duration start_;
};

class ObservingInterceptorFactory final : public grpc::experimental::ServerInterceptorFactoryInterface {
 public:
  ObservingInterceptorFactory(RpcObserver observer, Clock& clock) : observer_(std::move(observer)), clock_(clock) {}

  Interceptor* CreateServerInterceptor(ServerRpcInfo* info) override {
    return new ObservingInterceptor(observer_, clock_, info->method());
  }

 private:
  const RpcObserver observer_;
  Clock& clock_;
};

}  // namespace

std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface> NewObservingInterceptorFactory(
    RpcObserver observer, Clock& clock) {
  return std::make_unique<ObservingInterceptorFactory>(std::move(observer), clock);
}

}  // namespace doodle
