// DatasetService, WorkerService and CheckpointService: validate, call the controller, convert.
#ifndef DOODLE_COORDINATOR_SERVICE_USER_SERVICES_H_
#define DOODLE_COORDINATOR_SERVICE_USER_SERVICES_H_

#include "coordinator/control/controller.h"
#include "doodle/v1/checkpoint_service.grpc.pb.h"
#include "doodle/v1/dataset_service.grpc.pb.h"
#include "doodle/v1/worker_service.grpc.pb.h"

namespace doodle {

// All references must outlive their services. Thread-safe.
class DatasetService final : public v1::DatasetService::CallbackService {
 public:
  // `slow` runs what reads datasets.
  DatasetService(Controller& controller, Executor& slow) : controller_(controller), slow_(slow) {}

  grpc::ServerUnaryReactor* Register(grpc::CallbackServerContext* context,
                                     const v1::DatasetServiceRegisterRequest* request,
                                     v1::DatasetServiceRegisterResponse* response) override;
  grpc::ServerUnaryReactor* Get(grpc::CallbackServerContext* context, const v1::DatasetServiceGetRequest* request,
                                v1::DatasetServiceGetResponse* response) override;
  grpc::ServerUnaryReactor* List(grpc::CallbackServerContext* context, const v1::DatasetServiceListRequest* request,
                                 v1::DatasetServiceListResponse* response) override;

 private:
  Controller& controller_;
  Executor& slow_;
};

class WorkerService final : public v1::WorkerService::CallbackService {
 public:
  explicit WorkerService(Controller& controller) : controller_(controller) {}

  grpc::ServerUnaryReactor* List(grpc::CallbackServerContext* context, const v1::WorkerServiceListRequest* request,
                                 v1::WorkerServiceListResponse* response) override;
  grpc::ServerUnaryReactor* Get(grpc::CallbackServerContext* context, const v1::WorkerServiceGetRequest* request,
                                v1::WorkerServiceGetResponse* response) override;

 private:
  Controller& controller_;
};

class CheckpointService final : public v1::CheckpointService::CallbackService {
 public:
  explicit CheckpointService(Controller& controller) : controller_(controller) {}

  grpc::ServerUnaryReactor* List(grpc::CallbackServerContext* context, const v1::CheckpointServiceListRequest* request,
                                 v1::CheckpointServiceListResponse* response) override;
  grpc::ServerUnaryReactor* Get(grpc::CallbackServerContext* context, const v1::CheckpointServiceGetRequest* request,
                                v1::CheckpointServiceGetResponse* response) override;

 private:
  Controller& controller_;
};

}  // namespace doodle

#endif  // DOODLE_COORDINATOR_SERVICE_USER_SERVICES_H_
