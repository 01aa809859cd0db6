// JobService: validates, calls the controller, converts.
#ifndef DOODLE_COORDINATOR_SERVICE_JOB_SERVICE_H_
#define DOODLE_COORDINATOR_SERVICE_JOB_SERVICE_H_

#include "common/io/file_system.h"
#include "coordinator/control/controller.h"
#include "coordinator/service/log_stream.h"
#include "doodle/v1/job_service.grpc.pb.h"

namespace doodle {

// All references must outlive it. Thread-safe.
class JobService final : public v1::JobService::CallbackService {
 public:
  // `slow` runs what reads datasets.
  JobService(Controller& controller, FileSystem& files, Executor& slow, LogPoller& logs)
      : controller_(controller), files_(files), slow_(slow), logs_(logs) {}

  grpc::ServerUnaryReactor* Create(grpc::CallbackServerContext* context, const v1::JobServiceCreateRequest* request,
                                   v1::JobServiceCreateResponse* response) override;
  grpc::ServerUnaryReactor* Get(grpc::CallbackServerContext* context, const v1::JobServiceGetRequest* request,
                                v1::JobServiceGetResponse* response) override;
  grpc::ServerUnaryReactor* List(grpc::CallbackServerContext* context, const v1::JobServiceListRequest* request,
                                 v1::JobServiceListResponse* response) override;
  grpc::ServerUnaryReactor* Delete(grpc::CallbackServerContext* context, const v1::JobServiceDeleteRequest* request,
                                   v1::JobServiceDeleteResponse* response) override;
  grpc::ServerUnaryReactor* Cancel(grpc::CallbackServerContext* context, const v1::JobServiceCancelRequest* request,
                                   v1::JobServiceCancelResponse* response) override;
  grpc::ServerUnaryReactor* Pause(grpc::CallbackServerContext* context, const v1::JobServicePauseRequest* request,
                                  v1::JobServicePauseResponse* response) override;
  grpc::ServerUnaryReactor* Resume(grpc::CallbackServerContext* context, const v1::JobServiceResumeRequest* request,
                                   v1::JobServiceResumeResponse* response) override;
  grpc::ServerUnaryReactor* SetPriority(grpc::CallbackServerContext* context,
                                        const v1::JobServiceSetPriorityRequest* request,
                                        v1::JobServiceSetPriorityResponse* response) override;
  grpc::ServerWriteReactor<v1::JobServiceWatchResponse>* Watch(grpc::CallbackServerContext* context,
                                                               const v1::JobServiceWatchRequest* request) override;
  grpc::ServerWriteReactor<v1::JobServiceTailLogsResponse>* TailLogs(
      grpc::CallbackServerContext* context, const v1::JobServiceTailLogsRequest* request) override;
  grpc::ServerUnaryReactor* GetEpochPlan(grpc::CallbackServerContext* context,
                                         const v1::JobServiceGetEpochPlanRequest* request,
                                         v1::JobServiceGetEpochPlanResponse* response) override;

 private:
  absl::Status CreateNow(const v1::JobServiceCreateRequest& request, v1::JobServiceCreateResponse& response);

  Controller& controller_;
  FileSystem& files_;
  Executor& slow_;
  LogPoller& logs_;
};

}  // namespace doodle

#endif  // DOODLE_COORDINATOR_SERVICE_JOB_SERVICE_H_
