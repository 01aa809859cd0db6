#include "worker/daemon/supervisor.h"

#include <poll.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "common/ids/hash64.h"
#include "common/log/log.h"

namespace doodle {

Supervisor::Supervisor(Options options, Deps deps)
    : options_(std::move(options)),
      clock_(deps.clock),
      connections_(ConnectionHandlers()),
      processes_(options_.processes),
      fleet_(deps.fleet, inbox_, FleetHandlers(), HashBytes(options_.core.identity.incarnation())),
      core_(options_.core, {fleet_, connections_, processes_, deps.metrics}) {}

TrainerConnections::Handlers Supervisor::ConnectionHandlers() {
  return {[this](ConnectionId connection, v1::AttachRequest message) {
            inbox_.Post([this, connection, message = std::move(message)] { OnTrainerMessage(connection, message); });
          },
          [this](ConnectionId connection) {
            inbox_.Post([this, connection] { core_.OnDetach(connection, clock_.SteadyNow()); });
          }};
}

FleetClient::Handlers Supervisor::FleetHandlers() {
  return {[this](const v1::ConnectResponse& message) { OnFleetMessage(message); },
          [this](const absl::Status& status) { OnDisconnected(status); }};
}

void Supervisor::OnTrainerMessage(ConnectionId connection, const v1::AttachRequest& message) {
  if (message.has_hello()) {
    const absl::Status status = core_.OnAttach(connection, message.hello(), clock_.SteadyNow());
    if (!status.ok()) return connections_.Close(connection, status);
  } else {
    core_.OnTrainerMessage(connection, message, clock_.SteadyNow());
  }
  connections_.Resume(connection);
}

void Supervisor::OnFleetMessage(const v1::ConnectResponse& message) {
  core_.OnFleetMessage(message, clock_.SteadyNow());
  ready_ = core_.registered();
  if (!message.has_registered()) return;
  fleet_.OnRegistered();
  refused_since_.reset();
  unreachable_logged_ = false;
}

void Supervisor::OnDisconnected(const absl::Status& status) {
  const absl::Duration now = clock_.SteadyNow();
  core_.OnDisconnected();
  ready_ = false;
  if (stopping_) return;
  if (!absl::IsAlreadyExists(status)) refused_since_.reset();
  if (absl::IsAlreadyExists(status) && !refused_since_) refused_since_ = now;
  const bool refused = refused_since_ && now - *refused_since_ > options_.refused_limit;
  if (refused || absl::IsFailedPrecondition(status) || absl::IsInvalidArgument(status)) {
    LogError("the coordinator refuses this worker", {{"why", status.ToString()}});
    fatal_ = status;
    return BeginStop();
  }
  if (!unreachable_logged_) LogWarning("no stream to the coordinator, trying again", {{"why", status.ToString()}});
  unreachable_logged_ = true;
  fleet_.ScheduleAttempt(now);
}

void Supervisor::Stop() {
  inbox_.Post([this] { BeginStop(); });
}

void Supervisor::BeginStop() {
  if (stopping_) return;
  stopping_ = true;
  LogInfo("shutting down");
  core_.Shutdown(clock_.SteadyNow());
}

bool Supervisor::IsAlive(absl::Duration silence) const {
  return clock_.SteadyNow() - absl::Milliseconds(last_round_ms_.load()) < silence;
}

absl::Status Supervisor::Run() {
  while (!Finished()) {
    last_round_ms_ = absl::ToInt64Milliseconds(clock_.SteadyNow());
    WaitForEvents(NextTime());
    HandleEvents();
    HandleTime();
  }
  return fatal_;
}

absl::Duration Supervisor::NextTime() const {
  absl::Duration next = next_tick_;
  if (fleet_.next_attempt() && !stopping_) next = std::min(next, *fleet_.next_attempt());
  return next;
}

void Supervisor::WaitForEvents(absl::Duration until) {
  std::vector<pollfd> descriptors = {{inbox_.descriptor(), POLLIN, 0}};
  if (options_.stop_descriptor >= 0 && !stopping_) descriptors.push_back({options_.stop_descriptor, POLLIN, 0});
  for (int descriptor : processes_.ExitDescriptors()) descriptors.push_back({descriptor, POLLIN, 0});
  const absl::Duration wait = std::max(absl::ZeroDuration(), until - clock_.SteadyNow());
  poll(descriptors.data(), descriptors.size(),
       static_cast<int>(absl::ToInt64Milliseconds(absl::Ceil(wait, absl::Milliseconds(1)))));
  if (descriptors.size() > 1 && descriptors[1].fd == options_.stop_descriptor && descriptors[1].revents != 0) {
    BeginStop();
  }
}

void Supervisor::HandleEvents() {
  for (Event& event : inbox_.Take()) event();
  // After the events: what a trainer said before it exited counts first.
  for (const auto& [process, exit] : processes_.TakeExits()) core_.OnExit(process, exit, clock_.SteadyNow());
}

void Supervisor::HandleTime() {
  const absl::Duration now = clock_.SteadyNow();
  if (now >= next_tick_) {
    core_.OnTick(now);
    next_tick_ = now + options_.core.look_every;
  }
  if (stopping_ || !fleet_.next_attempt() || now < *fleet_.next_attempt()) return;
  fleet_.Connect();
  core_.OnConnected();
}

// When no trainer is left, the coordinator gets the last messages, and the stream ends.
bool Supervisor::Finished() {
  if (!stopping_ || !core_.idle()) return false;
  if (!fleet_.has_stream()) return true;
  const absl::Duration now = clock_.SteadyNow();
  if (!close_deadline_) {
    close_deadline_ = now + options_.close_limit;
    fleet_.Close();
  } else if (now >= *close_deadline_) {
    fleet_.Cancel();
  }
  return false;
}

}  // namespace doodle
