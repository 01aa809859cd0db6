// FleetService: the daemons' streams and the rendezvous key-value calls of their trainers.
#ifndef DOODLE_COORDINATOR_SERVICE_FLEET_SERVICE_H_
#define DOODLE_COORDINATOR_SERVICE_FLEET_SERVICE_H_

#include "coordinator/control/controller.h"
#include "coordinator/service/fleet_streams.h"
#include "doodle/v1/fleet_service.grpc.pb.h"

namespace doodle {

// All references must outlive it. Thread-safe.
class FleetService final : public v1::FleetService::CallbackService {
 public:
  FleetService(Controller& controller, FleetStreams& streams) : controller_(controller), streams_(streams) {}

  grpc::ServerBidiReactor<v1::ConnectRequest, v1::ConnectResponse>* Connect(grpc::CallbackServerContext*) override {
    return new FleetStream(controller_, streams_);
  }
  grpc::ServerUnaryReactor* SetKey(grpc::CallbackServerContext* context, const v1::SetKeyRequest* request,
                                   v1::SetKeyResponse* response) override;
  grpc::ServerUnaryReactor* WaitKeys(grpc::CallbackServerContext* context, const v1::WaitKeysRequest* request,
                                     v1::WaitKeysResponse* response) override;

 private:
  Controller& controller_;
  FleetStreams& streams_;
};

}  // namespace doodle

#endif  // DOODLE_COORDINATOR_SERVICE_FLEET_SERVICE_H_
