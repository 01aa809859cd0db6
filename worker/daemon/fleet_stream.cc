#include "worker/daemon/fleet_stream.h"

#include <utility>

#include "common/rpc/status_conversion.h"

namespace doodle {

FleetStream::FleetStream(OnMessage on_message, OnEnd on_end)
    : on_message_(std::move(on_message)),
      on_end_(std::move(on_end)),
      writer_([this](const v1::ConnectRequest* message) { StartWrite(message); },
              [this] {
                StartWritesDone();
                RemoveHold();
              }) {}

std::shared_ptr<FleetStream> FleetStream::Start(v1::FleetService::Stub& stub, OnMessage on_message, OnEnd on_end) {
  std::shared_ptr<FleetStream> stream(new FleetStream(std::move(on_message), std::move(on_end)));
  stream->self_ = stream;
  stub.async()->Connect(&stream->context_, stream.get());
  // Reads and writes are started from outside of reactions: one hold for the reading side, until a read fails, one for
  // the writing side, until it is closed.
  stream->AddMultipleHolds(2);
  stream->ReadNext();
  stream->StartCall();
  return stream;
}

void FleetStream::Cancel() {
  context_.TryCancel();
  writer_.Close(/*drain=*/false);
}

void FleetStream::OnReadDone(bool ok) {
  if (ok) return on_message_(self_, std::move(response_));
  writer_.Close(/*drain=*/false);
  RemoveHold();
}

void FleetStream::OnDone(const grpc::Status& status) {
  const std::shared_ptr<FleetStream> self = std::move(self_);
  on_end_(self, FromGrpcStatus(status));
}

}  // namespace doodle
