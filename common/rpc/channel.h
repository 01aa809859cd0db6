// Client channels with the project's back-off, keepalive and message limits.
#ifndef DOODLE_COMMON_RPC_CHANNEL_H_
#define DOODLE_COMMON_RPC_CHANNEL_H_

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>

#include <memory>
#include <string>

#include "absl/time/time.h"

namespace doodle {

inline constexpr int kMaxRpcMessage = 16 << 20;  // Bytes, both directions.

// `address` is host:port or unix:PATH. Plaintext. Reconnects after 0.1 s, then 1.6 times later each time, at most 1 s,
// jittered; one attempt may take 2 s (docs/adr/0008).
std::shared_ptr<grpc::Channel> CreateChannel(const std::string& address);

// Every call has a deadline: `timeout` from now. Streams that live as long as the process have none.
void SetTimeout(grpc::ClientContext& context, absl::Duration timeout);

// Waits until `channel` is connected; false after `timeout`.
bool WaitForConnected(grpc::Channel& channel, absl::Duration timeout);

}  // namespace doodle

#endif  // DOODLE_COMMON_RPC_CHANNEL_H_
