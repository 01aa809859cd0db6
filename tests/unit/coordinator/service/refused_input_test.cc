// What the services refuse before the controller sees it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "common/rpc/channel.h"
#include "common/rpc/server.h"
#include "coordinator/service/fleet_service.h"
#include "coordinator/service/user_services.h"
#include "tests/testing/fake_clock.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temporary_directory.h"

namespace doodle {
namespace {

using ::testing::HasSubstr;

class SilentOutbox final : public Outbox {
 public:
  void Send(const std::string&, const std::string&, v1::ConnectResponse) override {}
};

class InlineExecutor final : public Executor {
 public:
  void Run(absl::AnyInvocable<void()> work) override { work(); }
};

class RefusedInputTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_OK_AND_ASSIGN(ledger_, OpenSqliteLedger(directory_.File("ledger.db")));
    ASSERT_OK_AND_ASSIGN(controller_,
                         Controller::Create({}, {*ledger_, outbox_, executor_, clock_, LocalFileSystem(), metrics_}));
    datasets_ = std::make_unique<DatasetService>(*controller_, executor_);
    workers_ = std::make_unique<WorkerService>(*controller_);
    fleet_ = std::make_unique<FleetService>(*controller_, streams_);
    ASSERT_OK_AND_ASSIGN(server_, RpcServer::Start({}, {datasets_.get(), workers_.get(), fleet_.get()}));
    channel_ = CreateChannel(server_->address());
  }

  void TearDown() override { server_->Shutdown(absl::Seconds(1)); }

  // What the coordinator says to a worker that registers with this trainer.
  grpc::Status RegisterRunning(const std::string& job, uint64_t generation) {
    grpc::ClientContext context;
    const auto stream = v1::FleetService::NewStub(channel_)->Connect(&context);
    v1::ConnectRequest request;
    v1::Register* message = request.mutable_register_();
    message->set_worker_id("w1");
    message->set_incarnation("one");
    message->set_protocol_version(kProtocolVersion);
    message->set_slots(1);
    message->add_running()->set_job(job);
    message->mutable_running(0)->set_generation(generation);
    stream->Write(request);
    stream->WritesDone();
    v1::ConnectResponse answer;
    while (stream->Read(&answer)) {
    }
    return stream->Finish();
  }

  TemporaryDirectory directory_;
  FakeClock clock_;
  MetricRegistry metrics_{MetricHost::kCoordinator};
  SilentOutbox outbox_;
  InlineExecutor executor_;
  FleetStreams streams_;
  std::unique_ptr<Ledger> ledger_;
  std::unique_ptr<Controller> controller_;
  std::unique_ptr<DatasetService> datasets_;
  std::unique_ptr<WorkerService> workers_;
  std::unique_ptr<FleetService> fleet_;
  std::unique_ptr<RpcServer> server_;
  std::shared_ptr<grpc::Channel> channel_;
};

TEST_F(RefusedInputTest, NamesTheFieldOfANameThatIsNoPathComponent) {
  grpc::ClientContext dataset_context;
  v1::DatasetServiceGetRequest dataset;
  dataset.set_name("../cats");
  v1::DatasetServiceGetResponse found;
  const grpc::Status by_dataset = v1::DatasetService::NewStub(channel_)->Get(&dataset_context, dataset, &found);
  EXPECT_EQ(by_dataset.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(by_dataset.error_message(), HasSubstr("name"));

  grpc::ClientContext worker_context;
  v1::WorkerServiceGetRequest worker;
  worker.set_worker("a/b");
  v1::WorkerServiceGetResponse known;
  const grpc::Status by_worker = v1::WorkerService::NewStub(channel_)->Get(&worker_context, worker, &known);
  EXPECT_EQ(by_worker.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(by_worker.error_message(), HasSubstr("worker"));
}

// A generation beyond the ledger's integers would come back negative.
TEST_F(RefusedInputTest, RefusesAWorkerWhoseTrainersHaveNoPossibleJobOrGeneration) {
  for (const uint64_t generation : {uint64_t{0}, (uint64_t{1} << 62) + 1, ~uint64_t{0}}) {
    const grpc::Status status = RegisterRunning("cats", generation);
    EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT) << generation;
    EXPECT_THAT(status.error_message(), HasSubstr("register.running.generation"));
  }
  EXPECT_THAT(RegisterRunning("../cats", 1).error_message(), HasSubstr("register.running.job"));
}

}  // namespace
}  // namespace doodle
