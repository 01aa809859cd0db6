#include "common/rpc/channel.h"

#include <grpc/support/time.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/support/channel_arguments.h>

namespace doodle {
namespace {

// gRPC takes a span as "from now", on its own clock.
gpr_timespec Timespan(absl::Duration timeout) {
  return gpr_time_from_millis(absl::ToInt64Milliseconds(absl::Ceil(timeout, absl::Milliseconds(1))), GPR_TIMESPAN);
}

}  // namespace

std::shared_ptr<grpc::Channel> CreateChannel(const std::string& address) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 100);
  // Despite its name, the shortest time-out of one attempt to connect: a busy peer needs a moment for the handshake.
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 2000);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 1000);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, 10000);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 5000);
  arguments.SetInt(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);
  arguments.SetMaxReceiveMessageSize(kMaxRpcMessage);
  arguments.SetMaxSendMessageSize(kMaxRpcMessage);
  // A channel of its own for each caller: a shared subchannel would share its back-off.
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  // Loopback and cluster traffic must not go to a proxy of the environment.
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  return grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments);
}

void SetTimeout(grpc::ClientContext& context, absl::Duration timeout) { context.set_deadline(Timespan(timeout)); }

bool WaitForConnected(grpc::Channel& channel, absl::Duration timeout) {
  // This call wants a point in time, not a span.
  return channel.WaitForConnected(gpr_time_add(gpr_now(GPR_CLOCK_MONOTONIC), Timespan(timeout)));
}

}  // namespace doodle
