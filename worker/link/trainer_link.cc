#include "worker/link/trainer_link.h"

#include <grpcpp/client_context.h>
#include <grpcpp/support/sync_stream.h>
#include <unistd.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/log/log.h"
#include "common/rpc/channel.h"
#include "common/rpc/status_conversion.h"
#include "common/status/status.h"
#include "common/thread/thread.h"
#include "doodle/v1/trainer_service.grpc.pb.h"
#include "worker/link/assignment_conversion.h"
#include "worker/link/link_state.h"
#include "worker/link/report_conversion.h"

namespace doodle {
namespace {

using Delivery = LinkState::Delivery;

constexpr absl::Duration FormedTimeout() { return absl::Seconds(60); }
constexpr absl::Duration FinishedTimeout() { return absl::Minutes(10); }  // Spans an outage of the coordinator.
constexpr absl::Duration SetTimeLimit() { return absl::Seconds(10); }
constexpr absl::Duration RelayMargin() { return absl::Seconds(5); }  // The coordinator's own deadline comes first.
constexpr absl::Duration LastWords() { return absl::Seconds(2); }

class GrpcTrainerLink final : public TrainerLink {
 public:
  GrpcTrainerLink(Options options, Clock& clock, const std::shared_ptr<grpc::Channel>& channel)
      : options_(std::move(options)),
        clock_(clock),
        stub_(v1::TrainerService::NewStub(channel)),
        state_(clock, options_.activity),
        stream_(stub_->Attach(&context_)) {
    v1::AttachRequest hello;
    hello.mutable_hello()->set_slot(options_.slot);
    hello.mutable_hello()->set_token(options_.token);
    hello.mutable_hello()->set_pid(getpid());
    stream_->Write(hello);
    writer_ = NamedThread("link-write", [this] { WriteLoop(); });
    reader_ = NamedThread("link-read", [this] { ReadLoop(); });
  }

  ~GrpcTrainerLink() override {
    {
      absl::MutexLock lock(&mu_);
      stopping_ = true;  // Before the writer says goodbye: the daemon's answer to that is no loss.
    }
    state_.Stop();
    {
      absl::MutexLock lock(&mu_);
      clock_.AwaitUntil(mu_, absl::Condition(&ended_), clock_.SteadyNow() + LastWords());
    }
    context_.TryCancel();
    writer_.Join();
    reader_.Join();
  }

  absl::StatusOr<GangAssignment> AwaitAssignment(uint64_t above, absl::Duration timeout) override {
    DOODLE_ASSIGN_OR_RETURN(TrainerAssignment assignment, state_.AwaitAssignment(above, timeout));
    return std::move(assignment.gang);
  }
  uint64_t NewestGeneration() const override { return state_.NewestGeneration(); }
  bool LeaveRequested() const override { return state_.LeaveRequested(); }
  TrainerAssignment Current() const override { return state_.Current(); }
  void OnNewGeneration(std::function<void(uint64_t)> callback) override { state_.OnNewGeneration(std::move(callback)); }

  absl::Status ReportFormed(const FormedReport& report) override {
    return Annotate(state_.ReportAndWait(ReportOf(report), FormedTimeout()).status(), "report formed");
  }
  absl::Status ReportFinished(const FinishedReport& report) override {
    return Annotate(state_.ReportAndWait(ReportOf(report), FinishedTimeout()).status(), "report finished");
  }
  absl::StatusOr<RestoreAnswer> ReportRestoreRefused(const std::string& checkpoint,
                                                     const std::string& reason) override {
    DOODLE_ASSIGN_OR_RETURN(const v1::ReportAck ack,
                            state_.ReportAndWait(RestoreRefusedReport(checkpoint, reason), FormedTimeout()),
                            "report restore refused");
    RestoreAnswer answer;
    if (ack.has_restore()) {
      DOODLE_ASSIGN_OR_RETURN(answer.restore, FromProto(ack.restore()), "next restore source");
    }
    return answer;
  }
  void ReportFailure(const absl::Status& status, bool permanent) override {
    state_.Report(FailureReport(status, permanent), Delivery::kSent);
  }
  void ReportProgress(const ProgressReport& report) override { state_.Report(ReportOf(report), Delivery::kDroppable); }
  void ReportEvaluation(const EvaluationReport& report) override {
    state_.Report(ReportOf(report), Delivery::kAcknowledged);
  }
  void ReportCheckpoint(const CheckpointReport& report) override {
    state_.Report(ReportOf(report), Delivery::kAcknowledged);
  }
  void ReportMetrics(const std::vector<MetricReport>& samples) override {
    state_.Report(ReportOf(samples), Delivery::kDroppable);
  }
  absl::Status Flush(absl::Duration timeout) override { return state_.Flush(timeout); }

  absl::Status Set(const std::string& key, const std::string& value) override;
  absl::StatusOr<std::vector<std::string>> Wait(const std::vector<std::string>& keys, absl::Duration timeout) override;

 private:
  void WriteLoop() {
    while (std::optional<v1::AttachRequest> request = state_.NextRequest()) {
      if (!stream_->Write(*request)) return;  // The reader learns why.
    }
    stream_->WritesDone();
  }

  void ReadLoop() {
    v1::AttachResponse response;
    while (stream_->Read(&response)) state_.OnResponse(response);
    const grpc::Status status = stream_->Finish();
    state_.OnLost();
    bool expected;
    {
      absl::MutexLock lock(&mu_);
      ended_ = true;
      expected = stopping_;
    }
    if (expected) return;
    LogError("the daemon is gone", {{"why", FromGrpcStatus(status).ToString()}});
    if (!options_.on_daemon_lost) _exit(kDaemonLostExit);  // No destructors: training may hang in a collective.
    options_.on_daemon_lost();
  }

  const Options options_;
  Clock& clock_;
  const std::unique_ptr<v1::TrainerService::Stub> stub_;
  LinkState state_;
  grpc::ClientContext context_;
  const std::unique_ptr<grpc::ClientReaderWriter<v1::AttachRequest, v1::AttachResponse>> stream_;
  absl::Mutex mu_;
  bool stopping_ ABSL_GUARDED_BY(mu_) = false;
  bool ended_ ABSL_GUARDED_BY(mu_) = false;
  NamedThread writer_;
  NamedThread reader_;
};

absl::Status GrpcTrainerLink::Set(const std::string& key, const std::string& value) {
  grpc::ClientContext context;
  SetTimeout(context, SetTimeLimit());
  v1::TrainerServiceSetKeyRequest request;
  request.set_prefix(state_.Current().gang.rendezvous_prefix);
  request.set_key(key);
  request.set_value(value);
  v1::TrainerServiceSetKeyResponse response;
  return Annotate(FromGrpcStatus(stub_->SetKey(&context, request, &response)), absl::StrCat("set key ", key));
}

absl::StatusOr<std::vector<std::string>> GrpcTrainerLink::Wait(const std::vector<std::string>& keys,
                                                               absl::Duration timeout) {
  grpc::ClientContext context;
  SetTimeout(context, timeout + RelayMargin());
  v1::TrainerServiceWaitKeysRequest request;
  request.set_prefix(state_.Current().gang.rendezvous_prefix);
  request.mutable_keys()->Add(keys.begin(), keys.end());
  request.set_timeout_ms(static_cast<uint32_t>(absl::ToInt64Milliseconds(timeout)));
  v1::TrainerServiceWaitKeysResponse response;
  DOODLE_RETURN_IF_ERROR(FromGrpcStatus(stub_->WaitKeys(&context, request, &response)), "wait for keys");
  if (static_cast<size_t>(response.values_size()) != keys.size()) {
    return absl::InternalError(absl::StrCat(response.values_size(), " values for ", keys.size(), " keys"));
  }
  return std::vector<std::string>(response.values().begin(), response.values().end());
}

}  // namespace

absl::StatusOr<std::unique_ptr<TrainerLink>> TrainerLink::Connect(Options options, Clock& clock) {
  const std::shared_ptr<grpc::Channel> channel = CreateChannel("unix:" + options.socket);
  if (!WaitForConnected(*channel, options.connect_timeout)) {
    return absl::UnavailableError(absl::StrCat("no daemon serves ", options.socket));
  }
  return std::make_unique<GrpcTrainerLink>(std::move(options), clock, channel);
}

}  // namespace doodle
