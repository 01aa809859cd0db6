#include "worker/daemon/fleet_client.h"

#include <utility>

#include "common/ids/hash64.h"
#include "worker/daemon/fleet_stream.h"

namespace doodle {

FleetClient::FleetClient(v1::FleetService::Stub& stub, EventInbox& inbox, Handlers handlers, uint64_t random)
    : stub_(stub), inbox_(inbox), handlers_(std::move(handlers)), random_(random) {}

FleetClient::~FleetClient() = default;

void FleetClient::Connect() {
  next_attempt_.reset();
  stream_ = FleetStream::Start(
      stub_,
      [this](std::shared_ptr<FleetStream> stream, v1::ConnectResponse message) {
        inbox_.Post([this, stream = std::move(stream), message = std::move(message)] { OnMessage(stream, message); });
      },
      [this](std::shared_ptr<FleetStream> stream, absl::Status status) {
        inbox_.Post([this, stream = std::move(stream), status = std::move(status)] { OnDone(stream, status); });
      });
}

void FleetClient::Send(const v1::ConnectRequest& message) {
  if (stream_ != nullptr) stream_->Send(message);
}

void FleetClient::Close() {
  if (stream_ != nullptr) stream_->Close();
}

void FleetClient::Cancel() {
  if (stream_ != nullptr) stream_->Cancel();
}

void FleetClient::ScheduleAttempt(absl::Duration now) {
  random_ = Mix64(random_);
  next_attempt_ = now + BackoffDelay({}, attempt_++, random_);
}

void FleetClient::OnMessage(const std::shared_ptr<FleetStream>& stream, const v1::ConnectResponse& message) {
  handlers_.on_message(message);
  stream->ReadNext();
}

void FleetClient::OnDone(const std::shared_ptr<FleetStream>& stream, const absl::Status& status) {
  if (stream != stream_) return;
  stream_.reset();
  handlers_.on_disconnected(status);
}

}  // namespace doodle
