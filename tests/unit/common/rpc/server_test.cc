#include "common/rpc/server.h"

#include <grpcpp/server_context.h>

#include "absl/synchronization/mutex.h"
#include "common/rpc/channel.h"
#include "common/rpc/status_conversion.h"
#include "doodle/v1/worker_service.grpc.pb.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temporary_directory.h"

namespace doodle {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// Knows one worker.
class FakeWorkers final : public v1::WorkerService::CallbackService {
  grpc::ServerUnaryReactor* Get(grpc::CallbackServerContext* context, const v1::WorkerServiceGetRequest* request,
                                v1::WorkerServiceGetResponse* response) override {
    response->mutable_worker()->set_id(request->worker());
    grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
    const bool known = request->worker() == "w1";
    reactor->Finish(ToGrpcStatus(known ? absl::OkStatus() : absl::NotFoundError("no such worker")));
    return reactor;
  }
};

absl::Status Get(const std::string& address, const std::string& worker) {
  auto stub = v1::WorkerService::NewStub(CreateChannel(address));
  grpc::ClientContext context;
  SetTimeout(context, absl::Seconds(10));
  v1::WorkerServiceGetRequest request;
  request.set_worker(worker);
  v1::WorkerServiceGetResponse response;
  return FromGrpcStatus(stub->Get(&context, request, &response));
}

struct Observed {
  absl::Mutex mu;
  std::vector<std::string> calls ABSL_GUARDED_BY(mu);
};

// Port 0 takes a free port, and every answered call is observed with its code.
TEST(RpcServerTest, ServesAFreePortAndTellsTheObserver) {
  FakeWorkers workers;
  Observed observed;
  RpcServer::Options options;
  options.observer = [&](absl::string_view method, absl::string_view code, absl::Duration duration) {
    EXPECT_GE(duration, absl::ZeroDuration());
    absl::MutexLock lock(&observed.mu);
    observed.calls.push_back(absl::StrCat(method, " ", code));
  };
  ASSERT_OK_AND_ASSIGN(auto server, RpcServer::Start(options, {&workers}));
  EXPECT_GT(server->port(), 0);
  EXPECT_EQ(server->address(), absl::StrCat("127.0.0.1:", server->port()));
  EXPECT_THAT(Get(server->address(), "w1"), IsOk());
  EXPECT_THAT(Get(server->address(), "w2"), StatusIs(absl::StatusCode::kNotFound, "no such worker"));
  server->Shutdown(absl::Seconds(1));
  absl::MutexLock lock(&observed.mu);
  EXPECT_THAT(observed.calls, ElementsAre("doodle.v1.WorkerService/Get OK", "doodle.v1.WorkerService/Get NOT_FOUND"));
}

// Trainers reach their daemon through a socket file.
TEST(RpcServerTest, ServesAUnixSocket) {
  TemporaryDirectory directory;
  FakeWorkers workers;
  RpcServer::Options options;
  options.address = "unix:" + directory.File("s");
  ASSERT_OK_AND_ASSIGN(auto server, RpcServer::Start(options, {&workers}));
  EXPECT_THAT(Get(server->address(), "w1"), IsOk());
}

// A wrong address says what is wrong with it.
TEST(RpcServerTest, AnAddressThatCannotBeServedIsRefused) {
  FakeWorkers workers;
  FakeWorkers others;
  RpcServer::Options options;
  options.address = "unix:/" + std::string(107, 'x');
  EXPECT_THAT(RpcServer::Start(options, {&workers}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("108 bytes")));
  options.address = "0.0.0.0:0";
  EXPECT_THAT(RpcServer::Start(options, {&workers}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("--insecure")));
  options.address = "127.0.0.1:0";
  ASSERT_OK_AND_ASSIGN(auto server, RpcServer::Start(options, {&workers}));
  options.address = server->address();
  EXPECT_THAT(RpcServer::Start(options, {&others}), StatusIs(absl::StatusCode::kUnavailable));
}

// A name that starts like a loopback address is none.
TEST(RequireLoopbackTest, OnlyLoopbackAddressesNeedNoFlag) {
  for (const char* address : {"localhost:1", "127.0.0.1:7460", "127.9.9.9:0", "[::1]:5", "unix:/tmp/x"}) {
    EXPECT_THAT(RequireLoopback(address, false), IsOk()) << address;
  }
  for (const char* address : {"0.0.0.0:1", "127.0.0.1.example.org:1", "10.0.0.1:2", "[::]:3", "host:4"}) {
    EXPECT_THAT(RequireLoopback(address, false), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("--insecure")))
        << address;
    EXPECT_THAT(RequireLoopback(address, true), IsOk()) << address;
  }
  for (const char* address : {"", "localhost", "localhost:", ":1", "localhost:70000", "localhost:x", "::1:7460"}) {
    EXPECT_THAT(RequireLoopback(address, true), StatusIs(absl::StatusCode::kInvalidArgument)) << address;
  }
}

// Metrics of methods exist before their first call.
TEST(RpcMethodsTest, MethodsAreThoseOfTheProto) {
  EXPECT_THAT(RpcMethods("doodle.v1.WorkerService"),
              ElementsAre("doodle.v1.WorkerService/List", "doodle.v1.WorkerService/Get"));
  EXPECT_THAT(RpcMethods("doodle.v1.NoService"), ElementsAre());
}

}  // namespace
}  // namespace doodle
