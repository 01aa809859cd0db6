// TrainerService as gRPC serves it on the daemon's Unix socket: streams go to the connections, keys to the coordinator.
#ifndef DOODLE_WORKER_DAEMON_TRAINER_SERVICE_H_
#define DOODLE_WORKER_DAEMON_TRAINER_SERVICE_H_

#include "doodle/v1/fleet_service.grpc.pb.h"
#include "doodle/v1/trainer_service.grpc.pb.h"
#include "worker/daemon/trainer_connections.h"

namespace doodle {

// Thread-safe. `connections` and `fleet` must outlive the server.
class TrainerServiceHandler final : public v1::TrainerService::CallbackService {
 public:
  TrainerServiceHandler(TrainerConnections& connections, v1::FleetService::Stub& fleet)
      : connections_(connections), fleet_(fleet) {}

  grpc::ServerBidiReactor<v1::AttachRequest, v1::AttachResponse>* Attach(grpc::CallbackServerContext* context) override;

  // Both answer what the coordinator answers; UNAVAILABLE while it is away.
  grpc::ServerUnaryReactor* SetKey(grpc::CallbackServerContext* context, const v1::TrainerServiceSetKeyRequest* request,
                                   v1::TrainerServiceSetKeyResponse* response) override;
  grpc::ServerUnaryReactor* WaitKeys(grpc::CallbackServerContext* context,
                                     const v1::TrainerServiceWaitKeysRequest* request,
                                     v1::TrainerServiceWaitKeysResponse* response) override;

 private:
  TrainerConnections& connections_;
  v1::FleetService::Stub& fleet_;
};

}  // namespace doodle

#endif  // DOODLE_WORKER_DAEMON_TRAINER_SERVICE_H_
