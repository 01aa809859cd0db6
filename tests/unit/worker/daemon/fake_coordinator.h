// A coordinator that speaks on command: it registers every worker, records what arrives and acknowledges reports.
#ifndef DOODLE_TESTS_UNIT_WORKER_DAEMON_FAKE_COORDINATOR_H_
#define DOODLE_TESTS_UNIT_WORKER_DAEMON_FAKE_COORDINATOR_H_

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "common/rpc/server.h"
#include "doodle/v1/fleet_service.grpc.pb.h"
#include "gtest/gtest.h"

namespace doodle {

// Thread-safe.
class FakeCoordinator final : public v1::FleetService::Service {
 public:
  // `refusal`: what every Connect is answered with, when it is an error.
  explicit FakeCoordinator(grpc::Status refusal = grpc::Status::OK) : refusal_(std::move(refusal)) { Start(); }

  std::string address() const { return address_; }
  void Stop() { server_.reset(); }
  // On the same port as before.
  void Start() {
    RpcServer::Options options;
    options.address = address_;
    auto server = RpcServer::Start(options, {this});
    ASSERT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
    address_ = server_->address();
  }

  void Send(const v1::ConnectResponse& message) {
    absl::MutexLock lock(&mu_);
    ASSERT_NE(stream_, nullptr);
    stream_->Write(message);
  }

  using Filter = std::function<bool(const v1::ConnectRequest&)>;
  // Waits for a message that fits and returns it; messages before it are forgotten. Fails the test after 30 s.
  v1::ConnectRequest Await(const std::string& what, const Filter& filter) {
    absl::MutexLock lock(&mu_);
    const auto arrived = [&]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) {
      return std::any_of(received_.begin(), received_.end(), filter);
    };
    EXPECT_TRUE(mu_.AwaitWithTimeout(absl::Condition(&arrived), absl::Seconds(30))) << "no " << what;
    const auto it = std::find_if(received_.begin(), received_.end(), filter);
    if (it == received_.end()) return {};
    const v1::ConnectRequest found = *it;
    received_.erase(received_.begin(), it + 1);
    return found;
  }

  // A key's value that a trainer has set; empty without one.
  std::string Key(const std::string& name) {
    absl::MutexLock lock(&mu_);
    return keys_[name];
  }

  grpc::Status Connect(grpc::ServerContext*,
                       grpc::ServerReaderWriter<v1::ConnectResponse, v1::ConnectRequest>* stream) override {
    if (!refusal_.ok()) return refusal_;
    {
      absl::MutexLock lock(&mu_);
      stream_ = stream;
    }
    v1::ConnectRequest request;
    while (stream->Read(&request)) OnRequest(request, *stream);
    absl::MutexLock lock(&mu_);
    stream_ = nullptr;
    return grpc::Status::OK;
  }

  grpc::Status SetKey(grpc::ServerContext*, const v1::SetKeyRequest* request, v1::SetKeyResponse*) override {
    absl::MutexLock lock(&mu_);
    keys_[request->prefix() + "/" + request->key()] = request->value();
    return grpc::Status::OK;
  }

  grpc::Status WaitKeys(grpc::ServerContext*, const v1::WaitKeysRequest* request,
                        v1::WaitKeysResponse* response) override {
    absl::MutexLock lock(&mu_);
    for (const std::string& key : request->keys()) response->add_values(keys_[request->prefix() + "/" + key]);
    return grpc::Status::OK;
  }

 private:
  void OnRequest(const v1::ConnectRequest& request,
                 grpc::ServerReaderWriter<v1::ConnectResponse, v1::ConnectRequest>& stream) {
    absl::MutexLock lock(&mu_);
    v1::ConnectResponse response;
    if (request.has_register_()) response.mutable_registered()->set_heartbeat_interval_ms(100);
    if (request.has_report()) {
      response.mutable_ack()->set_job(request.report().job());
      response.mutable_ack()->set_generation(request.report().generation());
      response.mutable_ack()->set_rank(request.report().rank());
      response.mutable_ack()->set_sequence(request.report().sequence());
    }
    if (response.message_case() != v1::ConnectResponse::MESSAGE_NOT_SET) stream.Write(response);
    received_.push_back(request);
  }

  const grpc::Status refusal_;
  std::string address_ = "127.0.0.1:0";
  std::unique_ptr<RpcServer> server_;
  absl::Mutex mu_;
  grpc::ServerReaderWriter<v1::ConnectResponse, v1::ConnectRequest>* stream_ ABSL_GUARDED_BY(mu_) = nullptr;
  std::vector<v1::ConnectRequest> received_ ABSL_GUARDED_BY(mu_);
  std::map<std::string, std::string> keys_ ABSL_GUARDED_BY(mu_);
};

}  // namespace doodle

#endif  // DOODLE_TESTS_UNIT_WORKER_DAEMON_FAKE_COORDINATOR_H_
