#include "common/http/http_server.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <mutex>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/http/http_connection.h"
#include "common/io/host_port.h"
#include "common/thread/thread.h"

namespace doodle {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

class BeastHttpServer final : public HttpServer {
 public:
  BeastHttpServer(Options options, HttpRoutes routes)
      : options_(std::move(options)), routes_(std::move(routes)), acceptor_(context_) {}
  ~BeastHttpServer() override { Stop(); }

  absl::Status Listen() {
    boost::system::error_code error;
    const absl::string_view host = options_.host == "localhost" ? "127.0.0.1" : WithoutBrackets(options_.host);
    const auto ip = asio::ip::make_address(std::string(host), error);
    if (error) return absl::InvalidArgumentError(absl::StrCat("\"", options_.host, "\" is not an IP address"));
    const tcp::endpoint endpoint(ip, options_.port);
    acceptor_.open(endpoint.protocol(), error);
    if (!error) acceptor_.set_option(asio::socket_base::reuse_address(true), error);
    if (!error) acceptor_.bind(endpoint, error);
    if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
    if (error) return absl::UnavailableError(absl::StrCat(HostPort(host, options_.port), ": ", error.message()));
    port_ = acceptor_.local_endpoint(error).port();
    return absl::OkStatus();
  }

  void Run() {
    Accept();
    thread_ = NamedThread("http", [this] { context_.run(); });
  }

  uint16_t port() const override { return port_; }
  std::string address() const override { return HostPort(options_.host, port_); }

  void Stop() override {
    std::call_once(stopped_, [this] {
      context_.stop();
      thread_.Join();
    });
  }

 private:
  void Accept() {
    acceptor_.async_accept([this](boost::system::error_code error, tcp::socket socket) {
      if (error == asio::error::operation_aborted) return;
      if (!error) HttpConnection::Serve(std::move(socket), options_, routes_, live_connections_);
      Accept();
    });
  }

  const Options options_;
  const HttpRoutes routes_;
  uint16_t port_ = 0;
  // Used by the thread alone once Run has begun. Before context_, whose destructor drops the connections that count.
  size_t live_connections_ = 0;
  asio::io_context context_{1};
  tcp::acceptor acceptor_;
  NamedThread thread_;
  std::once_flag stopped_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<HttpServer>> HttpServer::Start(Options options, HttpRoutes routes) {
  auto server = std::make_unique<BeastHttpServer>(std::move(options), std::move(routes));
  if (absl::Status status = server->Listen(); !status.ok()) return status;
  server->Run();
  return server;
}

}  // namespace doodle
