#include "worker/link/trainer_link.h"

#include <grpcpp/server_context.h>
#include <unistd.h>

#include <atomic>

#include "absl/synchronization/notification.h"
#include "common/rpc/server.h"
#include "common/rpc/status_conversion.h"
#include "doodle/v1/trainer_service.grpc.pb.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temporary_directory.h"
#include "tests/unit/worker/link/sample_assignment.h"

namespace doodle {
namespace {

using ::testing::ElementsAre;

// A daemon that assigns generation 3 at once, acknowledges what needs it, and keeps keys in memory.
class FakeDaemon final : public v1::TrainerService::Service {
 public:
  absl::Notification dismiss;  // Ends the stream from the daemon's side.
  std::atomic<int> heartbeats = 0;
  absl::Mutex mu;
  std::vector<v1::TrainerReport> reports ABSL_GUARDED_BY(mu);
  std::map<std::string, std::string> keys ABSL_GUARDED_BY(mu);

  grpc::Status Attach(grpc::ServerContext* context,
                      grpc::ServerReaderWriter<v1::AttachResponse, v1::AttachRequest>* stream) override {
    v1::AttachRequest request;
    if (!stream->Read(&request) || request.hello().token() != "secret") {
      return {grpc::StatusCode::PERMISSION_DENIED, "a stranger"};
    }
    v1::AttachResponse assigned;
    *assigned.mutable_assignment() = SampleAssignment(3);
    stream->Write(assigned);
    while (stream->Read(&request)) {
      if (request.has_heartbeat()) ++heartbeats;
      if (request.has_heartbeat() && dismiss.HasBeenNotified()) break;
      if (request.has_report()) OnReport(request.report(), *stream);
    }
    return context->IsCancelled() ? grpc::Status::CANCELLED : grpc::Status::OK;
  }

  grpc::Status SetKey(grpc::ServerContext*, const v1::TrainerServiceSetKeyRequest* request,
                      v1::TrainerServiceSetKeyResponse*) override {
    absl::MutexLock lock(&mu);
    keys[request->prefix() + "/" + request->key()] = request->value();
    return grpc::Status::OK;
  }

  grpc::Status WaitKeys(grpc::ServerContext*, const v1::TrainerServiceWaitKeysRequest* request,
                        v1::TrainerServiceWaitKeysResponse* response) override {
    absl::MutexLock lock(&mu);
    for (const std::string& key : request->keys()) {
      const auto found = keys.find(request->prefix() + "/" + key);
      if (found == keys.end()) return ToGrpcStatus(absl::DeadlineExceededError("missing: " + key));
      response->add_values(found->second);
    }
    return grpc::Status::OK;
  }

 private:
  void OnReport(const v1::TrainerReport& report,
                grpc::ServerReaderWriter<v1::AttachResponse, v1::AttachRequest>& stream) {
    {
      absl::MutexLock lock(&mu);
      reports.push_back(report);
    }
    if (report.has_progress() || report.has_metrics() || report.has_failure()) return;
    v1::AttachResponse response;
    response.mutable_ack()->set_sequence(report.sequence());
    if (report.has_restore_refused()) response.mutable_ack()->mutable_restore()->set_checkpoint("step-1-g1");
    stream.Write(response);
  }
};

class TrainerLinkTest : public testing::Test {
 protected:
  TrainerLinkTest() {
    RpcServer::Options options;
    options.address = "unix:" + directory_.File("trainers.sock");
    auto server = RpcServer::Start(options, {&daemon_});
    EXPECT_THAT(server, IsOk());
    server_ = *std::move(server);
  }

  std::unique_ptr<TrainerLink> Connect(const std::string& token = "secret") {
    TrainerLink::Options options;
    options.socket = directory_.File("trainers.sock");
    options.token = token;
    options.on_daemon_lost = [this] { lost_.Notify(); };
    auto link = TrainerLink::Connect(options, RealClock());
    EXPECT_THAT(link, IsOk());
    return *std::move(link);
  }

  TemporaryDirectory directory_;
  FakeDaemon daemon_;
  absl::Notification lost_;
  std::unique_ptr<RpcServer> server_;
};

// The whole life of a link: assigned, formed, trained, flushed, finished.
TEST_F(TrainerLinkTest, ATrainerIsAssignedReportsAndFinishes) {
  {
    auto link = Connect();
    ASSERT_OK_AND_ASSIGN(const GangAssignment gang, link->AwaitAssignment(0, absl::Seconds(20)));
    EXPECT_EQ(gang.generation, 3);
    EXPECT_EQ(link->Current().dataset_directory, "/data/quickdraw");
    EXPECT_THAT(link->ReportFormed({0, 0, "seed", {}}), IsOk());
    link->ReportProgress({.next_step = 5, .loss = 0.5});
    link->ReportMetrics({{"doodle_train_loss", {{"job", "cats"}}, 0.5}});
    link->ReportCheckpoint({"step-5", {3, 5}, 10, "sha"});
    link->ReportEvaluation({.step = 5, .split = "valid", .map3 = 0.9});
    EXPECT_THAT(link->Flush(absl::Seconds(20)), IsOk());
    EXPECT_THAT(link->ReportFinished({10, 0, {}}), IsOk());
    link->ReportFailure(absl::AbortedError("last words"), false);
  }
  server_->Shutdown(absl::Seconds(5));
  absl::MutexLock lock(&daemon_.mu);
  ASSERT_EQ(daemon_.reports.size(), 7);
  EXPECT_EQ(daemon_.reports[2].metrics().samples(0).labels().at("job"), "cats");
  EXPECT_EQ(daemon_.reports[3].checkpoint().tag().next_step(), 5);
  EXPECT_EQ(daemon_.reports[6].failure().message(), "last words");
  EXPECT_GE(daemon_.heartbeats, 1);
  EXPECT_FALSE(lost_.HasBeenNotified());
}

// Rendezvous keys are relayed below the prefix of the current generation.
TEST_F(TrainerLinkTest, KeysGoUnderTheGenerationsPrefix) {
  auto link = Connect();
  ASSERT_THAT(link->AwaitAssignment(0, absl::Seconds(20)), IsOk());
  EXPECT_THAT(link->Set("a", std::string("\0x", 2)), IsOk());
  ASSERT_OK_AND_ASSIGN(const auto values, link->Wait({"a"}, absl::Seconds(5)));
  EXPECT_THAT(values, ElementsAre(std::string("\0x", 2)));
  EXPECT_THAT(link->Wait({"b"}, absl::Seconds(5)),
              StatusIs(absl::StatusCode::kDeadlineExceeded, testing::HasSubstr("missing: b")));
  absl::MutexLock lock(&daemon_.mu);
  EXPECT_EQ(daemon_.keys.count("cats/3/a"), 1);
}

// The coordinator names the next checkpoint to try.
TEST_F(TrainerLinkTest, ARefusedRestoreSourceIsAnsweredWithTheNext) {
  auto link = Connect();
  ASSERT_THAT(link->AwaitAssignment(0, absl::Seconds(20)), IsOk());
  ASSERT_OK_AND_ASSIGN(const RestoreAnswer answer, link->ReportRestoreRefused("step-2-g1", "bad digest"));
  ASSERT_TRUE(answer.restore.has_value());
  EXPECT_EQ(answer.restore->checkpoint, "step-1-g1");
}

// The process would exit now.
TEST_F(TrainerLinkTest, ALostDaemonIsNoticed) {
  auto link = Connect();
  ASSERT_THAT(link->AwaitAssignment(0, absl::Seconds(20)), IsOk());
  daemon_.dismiss.Notify();
  lost_.WaitForNotification();
  EXPECT_THAT(link->AwaitAssignment(3, absl::Seconds(20)), StatusIs(absl::StatusCode::kUnavailable));
}

// The daemon ends the stream as soon as the trainer says goodbye. Whichever thread comes first, that is no lost daemon:
// it was one whenever the answer overtook the destructor.
TEST_F(TrainerLinkTest, AGoodbyeIsNeverALostDaemon) {
  for (int i = 0; i < 200; ++i) Connect().reset();
  EXPECT_FALSE(lost_.HasBeenNotified());
}

// A stranger on the socket gets nothing.
TEST_F(TrainerLinkTest, AWrongTokenIsALostDaemon) {
  auto link = Connect("guess");
  lost_.WaitForNotification();
  EXPECT_THAT(link->AwaitAssignment(0, absl::Seconds(20)), StatusIs(absl::StatusCode::kUnavailable));
}

// Nobody listens.
TEST_F(TrainerLinkTest, WithoutADaemonConnectFails) {
  TrainerLink::Options options;
  options.socket = directory_.File("nobody.sock");
  options.connect_timeout = absl::Milliseconds(300);
  EXPECT_THAT(TrainerLink::Connect(options, RealClock()), StatusIs(absl::StatusCode::kUnavailable));
}

}  // namespace
}  // namespace doodle
