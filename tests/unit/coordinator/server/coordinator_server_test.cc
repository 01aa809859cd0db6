#include "coordinator/server/coordinator_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/io/file_system.h"
#include "common/rpc/channel.h"
#include "common/rpc/status_conversion.h"
#include "common/shard/dataset_writer.h"
#include "common/status/status.h"
#include "coordinator/control/controller.h"
#include "doodle/v1/fleet_service.grpc.pb.h"
#include "doodle/v1/job_service.grpc.pb.h"
#include "doodle/v1/worker_service.grpc.pb.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temporary_directory.h"

namespace doodle {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

// The whole coordinator on loopback ports, spoken to over gRPC.
class CoordinatorServerTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_OK_AND_ASSIGN(server_, CoordinatorServer::Start(Options()));
    channel_ = CreateChannel(server_->grpc_address());
  }

  CoordinatorOptions Options() {
    return {.data_directory = directory_.path(), .jobs_uri = "", .port = 0, .admin_port = 0};
  }

  // A daemon's stream that has registered and read the answer.
  struct Daemon {
    grpc::ClientContext context;
    std::unique_ptr<grpc::ClientReaderWriter<v1::ConnectRequest, v1::ConnectResponse>> stream;
    v1::ConnectResponse answer;
  };
  std::unique_ptr<Daemon> Connect(const std::string& incarnation, uint32_t slots = 2) {
    auto daemon = std::make_unique<Daemon>();
    daemon->stream = v1::FleetService::NewStub(channel_)->Connect(&daemon->context);
    v1::ConnectRequest request;
    request.mutable_register_()->set_worker_id("w1");
    request.mutable_register_()->set_incarnation(incarnation);
    request.mutable_register_()->set_protocol_version(kProtocolVersion);
    request.mutable_register_()->set_slots(slots);
    request.mutable_register_()->set_metrics_address("host:7471");
    daemon->stream->Write(request);
    daemon->stream->Read(&daemon->answer);
    return daemon;
  }

  TemporaryDirectory directory_;
  std::unique_ptr<CoordinatorServer> server_;
  std::shared_ptr<grpc::Channel> channel_;
};

TEST_F(CoordinatorServerTest, WritesItsAddressesAndKeepsASecondOneOut) {
  ASSERT_OK_AND_ASSIGN(const std::string addresses, ReadFile(LocalFileSystem(), directory_.File("addresses.json")));
  EXPECT_THAT(addresses, HasSubstr("\"grpc\":\"" + server_->grpc_address() + "\""));
  EXPECT_THAT(addresses, HasSubstr("\"admin\":\"" + server_->admin_address() + "\""));
  EXPECT_THAT(CoordinatorServer::Start(Options()), StatusIs(absl::StatusCode::kFailedPrecondition));
  server_->Stop();
  EXPECT_THAT(CoordinatorServer::Start(Options()), IsOk());
}

TEST_F(CoordinatorServerTest, RefusesAnAddressThatIsNotLoopback) {
  CoordinatorOptions options = Options();
  options.host = "0.0.0.0";
  EXPECT_THAT(CoordinatorServer::Start(options), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("--insecure")));
}

TEST_F(CoordinatorServerTest, ListensOnAnIpv6AddressWithoutItsBrackets) {
  TemporaryDirectory other;
  CoordinatorOptions options = Options();
  options.data_directory = other.path();
  options.host = "::1";
  const auto server = CoordinatorServer::Start(options);
  if (absl::IsUnavailable(server.status())) GTEST_SKIP() << "this machine has no IPv6: " << server.status();
  ASSERT_THAT(server, IsOk());
  EXPECT_THAT((*server)->grpc_address(), StartsWith("[::1]:"));
  EXPECT_THAT((*server)->admin_address(), StartsWith("[::1]:"));
  EXPECT_TRUE(WaitForConnected(*CreateChannel((*server)->grpc_address()), absl::Seconds(10)));
}

TEST_F(CoordinatorServerTest, RegistersADaemonAndListsIt) {
  auto daemon = Connect("one");
  ASSERT_TRUE(daemon->answer.has_registered());
  EXPECT_EQ(daemon->answer.registered().heartbeat_interval_ms(), 500u);
  grpc::ClientContext context;
  v1::WorkerServiceListResponse workers;
  ASSERT_TRUE(v1::WorkerService::NewStub(channel_)->List(&context, {}, &workers).ok());
  ASSERT_EQ(workers.workers_size(), 1);
  EXPECT_EQ(workers.workers(0).slots_size(), 2);
  daemon->stream->WritesDone();
  EXPECT_TRUE(daemon->stream->Finish().ok());
}

TEST_F(CoordinatorServerTest, EndsTheStreamOfASecondIncarnationOrOfAWrongRegister) {
  auto first = Connect("one");
  auto second = Connect("two");
  EXPECT_EQ(second->stream->Finish().error_code(), grpc::StatusCode::ALREADY_EXISTS);
  auto wrong = Connect("three", 0);
  const absl::Status status = FromGrpcStatus(wrong->stream->Finish());
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_EQ(FieldOf(status), "register.slots");
  first->context.TryCancel();
  first->stream->Finish();
}

// Another name on the same stream left the first one registered, and made its trainers the second one's.
TEST_F(CoordinatorServerTest, EndsAStreamThatRegistersAsAnotherWorker) {
  const auto again = [](Daemon& daemon, const std::string& worker, const std::string& incarnation) {
    v1::ConnectRequest request;
    request.mutable_register_()->set_worker_id(worker);
    request.mutable_register_()->set_incarnation(incarnation);
    request.mutable_register_()->set_protocol_version(kProtocolVersion);
    request.mutable_register_()->set_slots(2);
    daemon.stream->Write(request);
    return daemon.stream->Read(&daemon.answer);
  };
  auto renamed = Connect("one");
  EXPECT_TRUE(again(*renamed, "w1", "one")) << "the same worker may register again";
  EXPECT_FALSE(again(*renamed, "w2", "one"));
  const absl::Status status = FromGrpcStatus(renamed->stream->Finish());
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_EQ(FieldOf(status), "register.worker_id");
  auto reborn = Connect("one");
  EXPECT_FALSE(again(*reborn, "w1", "two"));
  EXPECT_EQ(FieldOf(FromGrpcStatus(reborn->stream->Finish())), "register.incarnation");
}

TEST_F(CoordinatorServerTest, AnswersBadRequestsWithTheField) {
  const auto jobs = v1::JobService::NewStub(channel_);
  grpc::ClientContext create_context;
  v1::JobServiceCreateRequest create;
  create.mutable_spec()->set_name("../escape");
  create.mutable_spec()->set_dataset("/data");
  create.mutable_spec()->add_stages()->mutable_schedule()->set_kind("constant");
  create.mutable_spec()->mutable_model()->set_name("resnet18");
  v1::JobServiceCreateResponse created;
  const absl::Status status = FromGrpcStatus(jobs->Create(&create_context, create, &created));
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_EQ(FieldOf(status), "name");

  grpc::ClientContext get_context;
  v1::JobServiceGetRequest get;
  get.set_job("none");
  v1::JobServiceGetResponse got;
  EXPECT_EQ(jobs->Get(&get_context, get, &got).error_code(), grpc::StatusCode::NOT_FOUND);

  grpc::ClientContext watch_context;
  v1::JobServiceWatchRequest watch;
  watch.set_job("none");
  v1::JobServiceWatchResponse watched;
  const auto stream = jobs->Watch(&watch_context, watch);
  EXPECT_FALSE(stream->Read(&watched));
  EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::NOT_FOUND);
}

// Creates, watches, reads the log of and cancels a job of a dataset with one class.
TEST_F(CoordinatorServerTest, ServesAJobThatWaitsForAWorker) {
  const std::string dataset = directory_.File("dataset");
  ASSERT_OK_AND_ASSIGN(auto writer, DatasetWriter::Create(LocalFileSystem(), dataset, {.classes = {"cat"}}));
  ASSERT_THAT(writer->BeginSplit("train"), IsOk());
  Drawing drawing;
  drawing.key_id = 1;
  drawing.word = "cat";
  drawing.stroke_lengths = {2};
  drawing.x = {0, 9};
  drawing.y = {0, 9};
  ASSERT_THAT(writer->Append(drawing), IsOk());
  ASSERT_THAT(writer->Finish(), IsOk());
  const auto jobs = v1::JobService::NewStub(channel_);
  grpc::ClientContext create_context;
  v1::JobServiceCreateRequest create;
  create.mutable_spec()->set_name("cats");
  create.mutable_spec()->set_dataset(dataset);
  create.mutable_spec()->mutable_model()->set_name("resnet18");
  create.mutable_spec()->mutable_evaluate()->set_split("train");
  v1::StageSpec* stage = create.mutable_spec()->add_stages();
  stage->set_epochs(8);
  stage->set_global_batch(4);
  stage->mutable_schedule()->set_kind("constant");
  v1::JobServiceCreateResponse created;
  ASSERT_THAT(FromGrpcStatus(jobs->Create(&create_context, create, &created)), IsOk());
  EXPECT_EQ(created.job().total_steps(), 2u);

  const std::string log = created.job().job_directory() + "/logs/g000001-r0.log";
  ASSERT_THAT(WriteFileAtomically(LocalFileSystem(), log, "one\ntwo\nthree\n"), IsOk());
  grpc::ClientContext log_context;
  v1::JobServiceTailLogsRequest tail;
  tail.set_job("cats");
  tail.set_lines(2);
  const auto lines = jobs->TailLogs(&log_context, tail);
  v1::JobServiceTailLogsResponse line;
  ASSERT_TRUE(lines->Read(&line));
  EXPECT_EQ(line.line(), "two");
  ASSERT_TRUE(lines->Read(&line));
  EXPECT_FALSE(lines->Read(&line));
  EXPECT_TRUE(lines->Finish().ok());

  grpc::ClientContext follow_context;
  tail.set_lines(1);
  tail.set_follow(true);
  const auto followed = jobs->TailLogs(&follow_context, tail);
  ASSERT_TRUE(followed->Read(&line));
  EXPECT_EQ(line.line(), "three");
  ASSERT_THAT(WriteFileAtomically(LocalFileSystem(), log, "one\ntwo\nthree\nfour\n"), IsOk());
  ASSERT_TRUE(followed->Read(&line));
  EXPECT_EQ(line.line(), "four");

  grpc::ClientContext watch_context;
  v1::JobServiceWatchRequest watch;
  watch.set_job("cats");
  const auto changes = jobs->Watch(&watch_context, watch);
  v1::JobServiceWatchResponse change;
  ASSERT_TRUE(changes->Read(&change));
  EXPECT_EQ(change.job().state(), v1::JOB_STATE_QUEUED);
  grpc::ClientContext cancel_context;
  v1::JobServiceCancelRequest cancel;
  cancel.set_job("cats");
  v1::JobServiceCancelResponse canceled;
  ASSERT_TRUE(jobs->Cancel(&cancel_context, cancel, &canceled).ok());
  ASSERT_TRUE(changes->Read(&change));
  EXPECT_EQ(change.job().state(), v1::JOB_STATE_CANCELED);
  EXPECT_FALSE(changes->Read(&change));
  EXPECT_TRUE(changes->Finish().ok());
  EXPECT_FALSE(followed->Read(&line)) << "a job that has ended writes no more";
  EXPECT_TRUE(followed->Finish().ok());
}

TEST_F(CoordinatorServerTest, AbortsRendezvousCallsOnAPrefixThatIsNotOpen) {
  const auto fleet = v1::FleetService::NewStub(channel_);
  grpc::ClientContext context;
  v1::WaitKeysRequest request;
  request.set_prefix("cats/1");
  request.add_keys("a");
  request.set_timeout_ms(30000);
  v1::WaitKeysResponse response;
  EXPECT_EQ(fleet->WaitKeys(&context, request, &response).error_code(), grpc::StatusCode::ABORTED);
}

}  // namespace
}  // namespace doodle
