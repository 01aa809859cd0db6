#include "common/rpc/channel.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>

#include "gtest/gtest.h"

namespace doodle {
namespace {

// Accepts connections, in the kernel, and never says a word.
class SilentListener {
 public:
  SilentListener() : socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    EXPECT_EQ(bind(socket_, reinterpret_cast<sockaddr*>(&address), size), 0);
    listen(socket_, 8);
    getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
  }
  ~SilentListener() { close(socket_); }

  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }

 private:
  const int socket_;
  uint16_t port_ = 0;
};

// A coordinator on a busy machine takes its time; an attempt that is given up after 0.1 s would call it unreachable.
TEST(ChannelTest, SlowHandshakeIsNotGivenUpAtOnce) {
  const SilentListener peer;
  const std::shared_ptr<grpc::Channel> channel = CreateChannel(peer.address());
  EXPECT_FALSE(WaitForConnected(*channel, absl::Milliseconds(300)));
  EXPECT_EQ(channel->GetState(false), GRPC_CHANNEL_CONNECTING);
}

}  // namespace
}  // namespace doodle
