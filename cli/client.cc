#include "cli/client.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "cli/exit_code.h"
#include "cli/format.h"
#include "cli/interrupt.h"
#include "cli/job_state.h"
#include "cli/stream_canceler.h"
#include "common/ids/random_id.h"
#include "common/io/host_port.h"
#include "common/rpc/channel.h"
#include "common/rpc/status_conversion.h"
#include "common/spec/context_file.h"
#include "common/status/status.h"
#include "doodle/v1/checkpoint_service.grpc.pb.h"
#include "doodle/v1/dataset_service.grpc.pb.h"
#include "doodle/v1/job_service.grpc.pb.h"
#include "doodle/v1/worker_service.grpc.pb.h"

namespace doodle {

namespace {

constexpr absl::Duration kCallTimeout = absl::Seconds(10);
constexpr absl::Duration kReattachTimeout = absl::Seconds(60);
constexpr uint32_t kPageSize = 1000;

bool Unanswered(const grpc::Status& status) {
  return status.error_code() == grpc::StatusCode::UNAVAILABLE ||
         status.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED;
}

// gRPC's words without the addresses tried: "Connection refused".
std::string Cause(const grpc::Status& status) {
  if (status.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED) return "no answer in time";
  const std::string& message = status.error_message();
  const size_t colon = message.rfind(": ");
  return colon == std::string::npos ? message : message.substr(colon + 2);
}

absl::Status Outcome(const std::string& place, const grpc::Status& status) {
  if (!Unanswered(status)) return FromGrpcStatus(status);
  return Unreachable(absl::UnavailableError(
      absl::StrCat("cannot reach the coordinator at ", place, ": ", Cause(status),
                   "\nStart one with `doodle up`, or set --coordinator HOST:PORT or DOODLE_COORDINATOR.")));
}

}  // namespace

struct Client::Stubs {
  std::shared_ptr<grpc::Channel> channel;
  std::unique_ptr<v1::JobService::Stub> jobs;
  std::unique_ptr<v1::WorkerService::Stub> workers;
  std::unique_ptr<v1::CheckpointService::Stub> checkpoints;
  std::unique_ptr<v1::DatasetService::Stub> datasets;
  std::string place;
  Clock& clock;

  template <typename Stub, typename Request, typename Response>
  absl::StatusOr<Response> Call(Stub& stub,
                                grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                                const Request& request) {
    grpc::ClientContext context;
    SetTimeout(context, kCallTimeout);
    Response response;
    DOODLE_RETURN_IF_ERROR(Outcome(place, (stub.*method)(&context, request, &response)));
    return response;
  }

  // Every page of a list; `items` takes them out of one response.
  template <typename Item, typename Stub, typename Request, typename Response, typename Items>
  absl::StatusOr<std::vector<Item>> All(Stub& stub,
                                        grpc::Status (Stub::*method)(grpc::ClientContext*, const Request&, Response*),
                                        Request request, Items items) {
    std::vector<Item> all;
    request.set_page_size(kPageSize);
    do {
      DOODLE_ASSIGN_OR_RETURN(Response response, Call(stub, method, request));
      for (Item& item : *items(response)) all.push_back(std::move(item));
      request.set_page_token(response.next_page_token());
    } while (!request.page_token().empty());
    return all;
  }

  // A verb on one job, answered with the job.
  template <typename Request, typename Response>
  absl::StatusOr<v1::Job> JobCall(grpc::Status (v1::JobService::Stub::*method)(grpc::ClientContext*, const Request&,
                                                                               Response*),
                                  const Request& request) {
    DOODLE_ASSIGN_OR_RETURN(Response response, Call(*jobs, method, request));
    return std::move(*response.mutable_job());
  }

  template <typename Request>
  static Request Verb(const std::string& job) {
    Request request;
    request.set_job(job);
    request.set_request_id(RandomHex());
    return request;
  }

  bool AwaitChannel(const Interrupt& interrupt);
};

// Waits, in slices that notice Ctrl-C, until the channel stands again.
bool Client::Stubs::AwaitChannel(const Interrupt& interrupt) {
  const absl::Duration deadline = clock.SteadyNow() + kReattachTimeout;
  while (clock.SteadyNow() < deadline && !interrupt.raised()) {
    if (channel->WaitForConnected(absl::ToChronoTime(clock.Now() + absl::Milliseconds(500)))) return true;
  }
  return false;
}

absl::Status CheckAddress(const std::string& address) {
  if (absl::StartsWith(address, "unix:") || !HostOf(address).empty()) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat("\"", address, "\" is not HOST:PORT, an IPv6 host in brackets"));
}

absl::StatusOr<CoordinatorAddress> FindCoordinator(const Environment& environment) {
  CoordinatorAddress found{.address = environment.coordinator, .source = "--coordinator"};
  if (found.address.empty()) found = {environment.VariableOr("DOODLE_COORDINATOR", ""), "DOODLE_COORDINATOR"};
  if (found.address.empty()) {
    DOODLE_ASSIGN_OR_RETURN(ContextFile contexts,
                            ReadContextFile(environment.files, ContextFilePath(environment.variable)));
    const auto context = contexts.coordinators.find(contexts.current);
    if (context == contexts.coordinators.end()) return CoordinatorAddress{.address = "127.0.0.1:7460", .source = ""};
    found = {context->second, absl::StrCat("context ", context->first)};
  }
  DOODLE_RETURN_IF_ERROR(CheckAddress(found.address), found.source);
  return found;
}

absl::StatusOr<std::unique_ptr<Client>> Client::Create(const Environment& environment) {
  DOODLE_ASSIGN_OR_RETURN(const CoordinatorAddress found, FindCoordinator(environment));
  std::string place = found.source.empty() ? found.address : absl::StrCat(found.address, " (", found.source, ")");
  auto channel = CreateChannel(found.address);
  std::unique_ptr<Stubs> stubs(new Stubs{.channel = channel,
                                         .jobs = v1::JobService::NewStub(channel),
                                         .workers = v1::WorkerService::NewStub(channel),
                                         .checkpoints = v1::CheckpointService::NewStub(channel),
                                         .datasets = v1::DatasetService::NewStub(channel),
                                         .place = place,
                                         .clock = environment.clock});
  return std::unique_ptr<Client>(new Client(std::move(place), std::move(stubs)));
}

Client::Client(std::string place, std::unique_ptr<Stubs> stubs) : place_(std::move(place)), stubs_(std::move(stubs)) {}

Client::~Client() = default;

absl::StatusOr<v1::Job> Client::CreateJob(const v1::JobServiceCreateRequest& request) {
  return stubs_->JobCall(&v1::JobService::Stub::Create, request);
}

absl::StatusOr<v1::Job> Client::GetJob(const std::string& job) {
  v1::JobServiceGetRequest request;
  request.set_job(job);
  return stubs_->JobCall(&v1::JobService::Stub::Get, request);
}

absl::StatusOr<std::vector<v1::Job>> Client::ListJobs() {
  return stubs_->All<v1::Job>(*stubs_->jobs, &v1::JobService::Stub::List, v1::JobServiceListRequest(),
                              [](v1::JobServiceListResponse& response) { return response.mutable_jobs(); });
}

absl::StatusOr<v1::Job> Client::CancelJob(const std::string& job) {
  return stubs_->JobCall(&v1::JobService::Stub::Cancel, Stubs::Verb<v1::JobServiceCancelRequest>(job));
}

absl::StatusOr<v1::Job> Client::PauseJob(const std::string& job) {
  return stubs_->JobCall(&v1::JobService::Stub::Pause, Stubs::Verb<v1::JobServicePauseRequest>(job));
}

absl::StatusOr<v1::Job> Client::ResumeJob(const std::string& job) {
  return stubs_->JobCall(&v1::JobService::Stub::Resume, Stubs::Verb<v1::JobServiceResumeRequest>(job));
}

absl::StatusOr<v1::Job> Client::SetPriority(const std::string& job, int32_t priority) {
  auto request = Stubs::Verb<v1::JobServiceSetPriorityRequest>(job);
  request.set_priority(priority);
  return stubs_->JobCall(&v1::JobService::Stub::SetPriority, request);
}

absl::Status Client::DeleteJob(const std::string& job, bool delete_files) {
  v1::JobServiceDeleteRequest request;
  request.set_job(job);
  request.set_delete_files(delete_files);
  request.set_request_id(RandomHex());
  return stubs_->Call(*stubs_->jobs, &v1::JobService::Stub::Delete, request).status();
}

absl::Status Client::WatchJob(const std::string& job, const std::function<void(const v1::Job&)>& changed,
                              absl::Duration timeout) {
  const Interrupt interrupt;
  const absl::Duration deadline = stubs_->clock.SteadyNow() + timeout;
  v1::JobServiceWatchRequest request;
  request.set_job(job);
  bool ended = false;
  for (bool attached = false;;) {
    grpc::ClientContext context;
    const absl::Duration left = deadline - stubs_->clock.SteadyNow();
    if (left != absl::InfiniteDuration()) SetTimeout(context, left);
    const StreamCanceler canceler(context, interrupt.fd());
    auto stream = stubs_->jobs->Watch(&context, request);
    for (v1::JobServiceWatchResponse response; stream->Read(&response);) {
      attached = true;
      request.set_after_version(response.job().version());
      ended = JobEnded(response.job().state());
      changed(response.job());
    }
    const grpc::Status status = stream->Finish();
    if (interrupt.raised()) return Interrupted("");
    if (ended) return absl::OkStatus();
    if (stubs_->clock.SteadyNow() >= deadline) {
      return absl::DeadlineExceededError(absl::StrCat("job ", job, " has not ended within ", DurationText(timeout)));
    }
    const bool broken = status.ok() || Unanswered(status);
    if (!broken || !attached) return Outcome(place_, status);
    if (!stubs_->AwaitChannel(interrupt)) return interrupt.raised() ? Interrupted("") : Outcome(place_, status);
  }
}

absl::Status Client::TailLogs(const v1::JobServiceTailLogsRequest& request,
                              const std::function<void(const v1::JobServiceTailLogsResponse&)>& line) {
  const Interrupt interrupt;
  grpc::ClientContext context;
  const StreamCanceler canceler(context, interrupt.fd());
  auto stream = stubs_->jobs->TailLogs(&context, request);
  for (v1::JobServiceTailLogsResponse response; stream->Read(&response);) line(response);
  const grpc::Status status = stream->Finish();
  if (interrupt.raised()) return Interrupted("");
  return Outcome(place_, status);
}

absl::StatusOr<std::vector<v1::Worker>> Client::ListWorkers() {
  return stubs_->All<v1::Worker>(*stubs_->workers, &v1::WorkerService::Stub::List, v1::WorkerServiceListRequest(),
                                 [](v1::WorkerServiceListResponse& response) { return response.mutable_workers(); });
}

absl::StatusOr<std::vector<v1::CheckpointRecord>> Client::ListCheckpoints(const std::string& job) {
  v1::CheckpointServiceListRequest request;
  request.set_job(job);
  return stubs_->All<v1::CheckpointRecord>(
      *stubs_->checkpoints, &v1::CheckpointService::Stub::List, request,
      [](v1::CheckpointServiceListResponse& response) { return response.mutable_checkpoints(); });
}

absl::StatusOr<v1::CheckpointServiceGetResponse> Client::GetCheckpoint(const std::string& job,
                                                                       const std::string& checkpoint) {
  v1::CheckpointServiceGetRequest request;
  request.set_job(job);
  request.set_checkpoint(checkpoint);
  return stubs_->Call(*stubs_->checkpoints, &v1::CheckpointService::Stub::Get, request);
}

absl::StatusOr<v1::Dataset> Client::RegisterDataset(const std::string& name, const std::string& uri) {
  v1::DatasetServiceRegisterRequest request;
  request.set_name(name);
  request.set_uri(uri);
  DOODLE_ASSIGN_OR_RETURN(auto response, stubs_->Call(*stubs_->datasets, &v1::DatasetService::Stub::Register, request));
  return std::move(*response.mutable_dataset());
}

absl::StatusOr<v1::Dataset> Client::GetDataset(const std::string& name) {
  v1::DatasetServiceGetRequest request;
  request.set_name(name);
  DOODLE_ASSIGN_OR_RETURN(auto response, stubs_->Call(*stubs_->datasets, &v1::DatasetService::Stub::Get, request));
  return std::move(*response.mutable_dataset());
}

absl::StatusOr<std::vector<v1::Dataset>> Client::ListDatasets() {
  return stubs_->All<v1::Dataset>(*stubs_->datasets, &v1::DatasetService::Stub::List, v1::DatasetServiceListRequest(),
                                  [](v1::DatasetServiceListResponse& response) { return response.mutable_datasets(); });
}

}  // namespace doodle
