#include "coordinator/service/job_service.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>

#include "common/rpc/channel.h"
#include "common/rpc/server.h"
#include "common/rpc/status_conversion.h"
#include "common/shard/dataset_writer.h"
#include "coordinator/service/user_services.h"
#include "tests/testing/fake_clock.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temporary_directory.h"

namespace doodle {
namespace {

class SilentOutbox final : public Outbox {
 public:
  void Send(const std::string&, const std::string&, v1::ConnectResponse) override {}
};

// Runs work at once, or drops it as a full queue does.
class SwitchedExecutor final : public Executor {
 public:
  void Run(absl::AnyInvocable<void()> work) override {
    if (!drops) work();
  }
  std::atomic<bool> drops = false;
};

// The job and dataset services over a real controller and ledger, spoken to over gRPC.
class JobServiceTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_OK_AND_ASSIGN(ledger_, OpenSqliteLedger(directory_.File("ledger.db")));
    ControllerOptions options;
    options.jobs_directory = directory_.File("jobs");
    ASSERT_OK_AND_ASSIGN(
        controller_, Controller::Create(options, {*ledger_, outbox_, executor_, clock_, LocalFileSystem(), metrics_}));
    jobs_ = std::make_unique<JobService>(*controller_, LocalFileSystem(), executor_, logs_);
    datasets_ = std::make_unique<DatasetService>(*controller_, executor_);
    ASSERT_OK_AND_ASSIGN(server_, RpcServer::Start({}, {jobs_.get(), datasets_.get()}));
    channel_ = CreateChannel(server_->address());
    WriteDataset();
  }

  void TearDown() override { server_->Shutdown(absl::Seconds(1)); }

  // One drawing.
  void WriteDataset() {
    ASSERT_OK_AND_ASSIGN(auto writer, DatasetWriter::Create(LocalFileSystem(), dataset_, {.classes = {"cat"}}));
    ASSERT_THAT(writer->BeginSplit("train"), IsOk());
    Drawing drawing;
    drawing.key_id = 1;
    drawing.word = "cat";
    drawing.stroke_lengths = {2};
    drawing.x = {0, 9};
    drawing.y = {0, 9};
    ASSERT_THAT(writer->Append(drawing), IsOk());
    ASSERT_THAT(writer->Finish(), IsOk());
  }

  // The id of the job.
  absl::StatusOr<std::string> Create(const std::string& request_id, bool validate_only = false) {
    v1::JobServiceCreateRequest create;
    create.set_request_id(request_id);
    create.set_validate_only(validate_only);
    create.mutable_spec()->set_name("cats");
    create.mutable_spec()->set_dataset(dataset_);
    create.mutable_spec()->mutable_model()->set_name("resnet18");
    create.mutable_spec()->mutable_evaluate()->set_split("train");
    v1::StageSpec* stage = create.mutable_spec()->add_stages();
    stage->set_epochs(8);
    stage->set_global_batch(4);
    stage->mutable_schedule()->set_kind("constant");
    grpc::ClientContext context;
    v1::JobServiceCreateResponse created;
    const absl::Status status = FromGrpcStatus(v1::JobService::NewStub(channel_)->Create(&context, create, &created));
    if (!status.ok()) return status;
    return created.job().id();
  }

  TemporaryDirectory directory_;
  const std::string dataset_ = directory_.File("dataset");
  FakeClock clock_;
  MetricRegistry metrics_{MetricHost::kCoordinator};
  SilentOutbox outbox_;
  SwitchedExecutor executor_;
  LogPoller logs_;
  std::unique_ptr<Ledger> ledger_;
  std::unique_ptr<Controller> controller_;
  std::unique_ptr<JobService> jobs_;
  std::unique_ptr<DatasetService> datasets_;
  std::unique_ptr<RpcServer> server_;
  std::shared_ptr<grpc::Channel> channel_;
};

// The first answer was lost on its way, and the dataset was moved before the client tried again.
TEST_F(JobServiceTest, AnswersARepeatedCreateWhenTheDatasetIsGone) {
  ASSERT_OK_AND_ASSIGN(const std::string first, Create("r1"));
  ASSERT_THAT(LocalFileSystem().Rename(dataset_, directory_.File("moved")), IsOk());
  ASSERT_OK_AND_ASSIGN(const std::string repeated, Create("r1"));
  EXPECT_EQ(repeated, first);
  EXPECT_THAT(Create("r2"), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(Create(""), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(Create("r1", /*validate_only=*/true), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_EQ(controller_->ListJobs().size(), 1u);
}

// The client once waited for ever.
TEST_F(JobServiceTest, AnswersUnavailableWhenTheWorkIsDropped) {
  executor_.drops = true;
  EXPECT_THAT(Create("r1"), StatusIs(absl::StatusCode::kUnavailable, ::testing::HasSubstr("try again")));

  grpc::ClientContext plan_context;
  v1::JobServiceGetEpochPlanRequest plan;
  plan.set_job("cats");
  plan.set_steps(1);
  v1::JobServiceGetEpochPlanResponse planned;
  EXPECT_EQ(v1::JobService::NewStub(channel_)->GetEpochPlan(&plan_context, plan, &planned).error_code(),
            grpc::StatusCode::UNAVAILABLE);

  grpc::ClientContext dataset_context;
  v1::DatasetServiceRegisterRequest dataset;
  dataset.set_name("cats");
  dataset.set_uri(dataset_);
  v1::DatasetServiceRegisterResponse registered;
  EXPECT_EQ(v1::DatasetService::NewStub(channel_)->Register(&dataset_context, dataset, &registered).error_code(),
            grpc::StatusCode::UNAVAILABLE);

  executor_.drops = false;
  EXPECT_THAT(Create("r1"), IsOk());
}

}  // namespace
}  // namespace doodle
