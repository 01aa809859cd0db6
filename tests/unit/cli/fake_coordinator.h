// A coordinator with canned answers, over real gRPC on loopback.
#ifndef DOODLE_TESTS_UNIT_CLI_FAKE_COORDINATOR_H_
#define DOODLE_TESTS_UNIT_CLI_FAKE_COORDINATOR_H_

#include <grpcpp/grpcpp.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/rpc/server.h"
#include "common/rpc/status_conversion.h"
#include "doodle/v1/checkpoint_service.grpc.pb.h"
#include "doodle/v1/dataset_service.grpc.pb.h"
#include "doodle/v1/job_service.grpc.pb.h"
#include "doodle/v1/worker_service.grpc.pb.h"

namespace doodle {

// Set the answers before a call, look at what was asked after it: a call and the test never overlap.
class FakeJobs final : public v1::JobService::Service {
 public:
  std::map<std::string, v1::Job> jobs;
  std::vector<v1::Job> changes;    // What Watch sends, whatever the job.
  std::vector<std::string> lines;  // What TailLogs sends.
  absl::Status create_error;       // What Create answers, when not OK.
  bool break_first_watch = false;  // The first Watch ends after one change, unfinished.
  v1::JobServiceCreateRequest created;
  v1::JobServiceTailLogsRequest tailed;
  v1::JobServiceDeleteRequest deleted;
  std::vector<uint64_t> watched_after;
  std::string verb;

  grpc::Status Create(grpc::ServerContext*, const v1::JobServiceCreateRequest* request,
                      v1::JobServiceCreateResponse* response) override {
    created = *request;
    if (!create_error.ok()) return ToGrpcStatus(create_error);
    response->mutable_job()->set_id(request->spec().name());
    *response->mutable_job()->mutable_spec() = request->spec();
    return grpc::Status::OK;
  }
  grpc::Status Get(grpc::ServerContext*, const v1::JobServiceGetRequest* request,
                   v1::JobServiceGetResponse* response) override {
    return Find(request->job(), response);
  }
  grpc::Status List(grpc::ServerContext*, const v1::JobServiceListRequest* request,
                    v1::JobServiceListResponse* response) override {
    // A page of one, so that every list takes as many calls as it has jobs.
    const auto next = request->page_token().empty() ? jobs.begin() : jobs.find(request->page_token());
    if (next == jobs.end()) return grpc::Status::OK;
    *response->add_jobs() = next->second;
    if (std::next(next) != jobs.end()) response->set_next_page_token(std::next(next)->first);
    return grpc::Status::OK;
  }
  grpc::Status Delete(grpc::ServerContext*, const v1::JobServiceDeleteRequest* request,
                      v1::JobServiceDeleteResponse*) override {
    deleted = *request;
    return grpc::Status::OK;
  }
  grpc::Status Cancel(grpc::ServerContext*, const v1::JobServiceCancelRequest* request,
                      v1::JobServiceCancelResponse* response) override {
    verb = "cancel";
    return Find(request->job(), response);
  }
  grpc::Status SetPriority(grpc::ServerContext*, const v1::JobServiceSetPriorityRequest* request,
                           v1::JobServiceSetPriorityResponse* response) override {
    jobs[request->job()].mutable_spec()->set_priority(request->priority());
    return Find(request->job(), response);
  }
  grpc::Status Watch(grpc::ServerContext*, const v1::JobServiceWatchRequest* request,
                     grpc::ServerWriter<v1::JobServiceWatchResponse>* writer) override {
    watched_after.push_back(request->after_version());
    for (const v1::Job& job : changes) {
      if (job.version() <= request->after_version()) continue;
      v1::JobServiceWatchResponse response;
      *response.mutable_job() = job;
      writer->Write(response);
      if (break_first_watch && watched_after.size() == 1) return grpc::Status(grpc::StatusCode::UNAVAILABLE, "gone");
    }
    return grpc::Status::OK;
  }
  grpc::Status TailLogs(grpc::ServerContext*, const v1::JobServiceTailLogsRequest* request,
                        grpc::ServerWriter<v1::JobServiceTailLogsResponse>* writer) override {
    tailed = *request;
    for (const std::string& line : lines) {
      v1::JobServiceTailLogsResponse response;
      response.set_generation(2);
      response.set_rank(1);
      response.set_line(line);
      writer->Write(response);
    }
    return grpc::Status::OK;
  }

 private:
  template <typename Response>
  grpc::Status Find(const std::string& id, Response* response) {
    const auto found = jobs.find(id);
    if (found == jobs.end()) return ToGrpcStatus(absl::NotFoundError(absl::StrCat("no job \"", id, "\"")));
    *response->mutable_job() = found->second;
    return grpc::Status::OK;
  }
};

class FakeCheckpoints final : public v1::CheckpointService::Service {
 public:
  std::string directory;  // What Get answers for any checkpoint.

  grpc::Status Get(grpc::ServerContext*, const v1::CheckpointServiceGetRequest* request,
                   v1::CheckpointServiceGetResponse* response) override {
    response->mutable_checkpoint()->set_name(request->checkpoint());
    response->set_directory(directory);
    return grpc::Status::OK;
  }
};

class FakeWorkers final : public v1::WorkerService::Service {
 public:
  v1::WorkerServiceListResponse workers;

  grpc::Status List(grpc::ServerContext*, const v1::WorkerServiceListRequest*,
                    v1::WorkerServiceListResponse* response) override {
    *response = workers;
    return grpc::Status::OK;
  }
};

struct FakeCoordinator {
  FakeJobs jobs;
  FakeCheckpoints checkpoints;
  FakeWorkers workers;
  std::unique_ptr<RpcServer> server = *RpcServer::Start({}, {&jobs, &checkpoints, &workers});
};

}  // namespace doodle

#endif  // DOODLE_TESTS_UNIT_CLI_FAKE_COORDINATOR_H_
