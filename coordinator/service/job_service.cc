#include "coordinator/service/job_service.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/status/status.h"
#include "coordinator/service/paging.h"
#include "coordinator/service/reply.h"
#include "coordinator/service/watch_stream.h"

namespace doodle {
namespace {

constexpr size_t kMaxRequestId = 128;  // Bytes.
constexpr uint64_t kMaxPlannedSteps = 100;

absl::Status CheckRequestId(const std::string& request_id) {
  if (request_id.size() <= kMaxRequestId) return absl::OkStatus();
  return InvalidField("request_id", absl::StrCat("must be at most ", kMaxRequestId, " bytes"));
}

// Names a job of the request's field `job`, then fills the response with what `verb` gives.
template <typename Response, typename Verb>
absl::Status OnJob(const std::string& job, Response* response, const Verb& verb) {
  DOODLE_RETURN_IF_ERROR(ValidateName("job", job));
  DOODLE_ASSIGN_OR_RETURN(*response->mutable_job(), verb(job));
  return absl::OkStatus();
}

}  // namespace

grpc::ServerUnaryReactor* JobService::Create(grpc::CallbackServerContext* context,
                                             const v1::JobServiceCreateRequest* request,
                                             v1::JobServiceCreateResponse* response) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  slow_.Run([this, reply = PendingReply(reactor), request, response]() mutable {
    reply.Finish(CreateNow(*request, *response));
  });
  return reactor;
}

absl::Status JobService::CreateNow(const v1::JobServiceCreateRequest& request, v1::JobServiceCreateResponse& response) {
  DOODLE_RETURN_IF_ERROR(CheckRequestId(request.request_id()));
  if (!request.validate_only()) {
    // Before the dataset is read: it may have moved since the job was made.
    if (auto job = controller_.FindRequested(request.request_id()); job.ok()) {
      *response.mutable_job() = *std::move(job);
      return absl::OkStatus();
    }
  }
  if (!request.has_spec()) return InvalidField("spec", "is required");
  v1::JobSpec spec = request.spec();
  spec.set_dataset(controller_.DatasetUri(spec.dataset()));
  DOODLE_ASSIGN_OR_RETURN(PreparedJob prepared, PrepareJob(files_, spec));
  if (request.validate_only()) {
    *response.mutable_job() = std::move(prepared.definition);
    *response.mutable_job()->mutable_spec() = std::move(prepared.merged_spec);
    return absl::OkStatus();
  }
  DOODLE_ASSIGN_OR_RETURN(*response.mutable_job(), controller_.CreateJob(prepared, request.request_id()));
  return absl::OkStatus();
}

grpc::ServerUnaryReactor* JobService::Get(grpc::CallbackServerContext* context, const v1::JobServiceGetRequest* request,
                                          v1::JobServiceGetResponse* response) {
  return Reply(context, OnJob(request->job(), response, [&](const auto& job) { return controller_.GetJob(job); }));
}

grpc::ServerUnaryReactor* JobService::List(grpc::CallbackServerContext* context,
                                           const v1::JobServiceListRequest* request,
                                           v1::JobServiceListResponse* response) {
  auto page = PageOf(controller_.ListJobs(), request->page_size(), request->page_token());
  if (!page.ok()) return Reply(context, page.status());
  for (v1::Job& job : page->items) *response->add_jobs() = std::move(job);
  response->set_next_page_token(page->next_token);
  return Reply(context, absl::OkStatus());
}

grpc::ServerUnaryReactor* JobService::Delete(grpc::CallbackServerContext* context,
                                             const v1::JobServiceDeleteRequest* request,
                                             v1::JobServiceDeleteResponse*) {
  absl::Status status = ValidateName("job", request->job());
  if (status.ok()) status = CheckRequestId(request->request_id());
  if (status.ok()) {
    status = controller_.DeleteJob(request->job(), request->delete_files(), request->request_id());
  }
  return Reply(context, status);
}

grpc::ServerUnaryReactor* JobService::Cancel(grpc::CallbackServerContext* context,
                                             const v1::JobServiceCancelRequest* request,
                                             v1::JobServiceCancelResponse* response) {
  return Reply(context, OnJob(request->job(), response, [&](const auto& job) { return controller_.CancelJob(job); }));
}

grpc::ServerUnaryReactor* JobService::Pause(grpc::CallbackServerContext* context,
                                            const v1::JobServicePauseRequest* request,
                                            v1::JobServicePauseResponse* response) {
  return Reply(context, OnJob(request->job(), response, [&](const auto& job) { return controller_.PauseJob(job); }));
}

grpc::ServerUnaryReactor* JobService::Resume(grpc::CallbackServerContext* context,
                                             const v1::JobServiceResumeRequest* request,
                                             v1::JobServiceResumeResponse* response) {
  return Reply(context, OnJob(request->job(), response, [&](const auto& job) { return controller_.ResumeJob(job); }));
}

grpc::ServerUnaryReactor* JobService::SetPriority(grpc::CallbackServerContext* context,
                                                  const v1::JobServiceSetPriorityRequest* request,
                                                  v1::JobServiceSetPriorityResponse* response) {
  return Reply(context, OnJob(request->job(), response,
                              [&](const auto& job) { return controller_.SetPriority(job, request->priority()); }));
}

grpc::ServerWriteReactor<v1::JobServiceWatchResponse>* JobService::Watch(grpc::CallbackServerContext*,
                                                                         const v1::JobServiceWatchRequest* request) {
  return WatchStream::Start(controller_, request->job(), request->after_version());
}

grpc::ServerWriteReactor<v1::JobServiceTailLogsResponse>* JobService::TailLogs(
    grpc::CallbackServerContext*, const v1::JobServiceTailLogsRequest* request) {
  return LogStream::Start(controller_, files_, logs_, *request);
}

grpc::ServerUnaryReactor* JobService::GetEpochPlan(grpc::CallbackServerContext* context,
                                                   const v1::JobServiceGetEpochPlanRequest* request,
                                                   v1::JobServiceGetEpochPlanResponse* response) {
  const absl::Status named = ValidateName("job", request->job());
  if (!named.ok()) return Reply(context, named);
  if (request->steps() == 0 || request->steps() > kMaxPlannedSteps) {
    return Reply(context, InvalidField("steps", absl::StrCat("must be 1 to ", kMaxPlannedSteps)));
  }
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  slow_.Run([this, reply = PendingReply(reactor), request, response]() mutable {
    auto plan = controller_.GetEpochPlan(request->job(), request->first_step(), request->steps());
    if (plan.ok()) *response = std::move(*plan);
    reply.Finish(plan.status());
  });
  return reactor;
}

}  // namespace doodle
