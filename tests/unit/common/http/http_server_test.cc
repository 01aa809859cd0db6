#include "common/http/http_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/status_matchers.h"

namespace doodle {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

// A bare TCP client, so that the server is not tested against itself.
class Client {
 public:
  explicit Client(uint16_t port) : fd_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    timeval limit{10, 0};
    setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
    EXPECT_EQ(connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
  }
  ~Client() { close(fd_); }

  void Send(const std::string& text) { EXPECT_EQ(send(fd_, text.data(), text.size(), MSG_NOSIGNAL), text.size()); }

  std::string ReadUntil(const std::string& end) {
    std::string text;
    char buffer[4096];
    while (end.empty() || text.find(end) == std::string::npos) {
      const ssize_t count = recv(fd_, buffer, sizeof(buffer), 0);
      if (count <= 0) break;
      text.append(buffer, static_cast<size_t>(count));
    }
    return text;
  }

 private:
  const int fd_;
};

std::unique_ptr<HttpServer> StartServer(HttpServer::Options options = {}) {
  HttpRoutes routes;
  routes["/metrics"] = [](const HttpRequest&) { return HttpResponse{200, "text/plain", "page\n"}; };
  routes["/"] = [](const HttpRequest&) { return HttpResponse{200, "text/html", "<p>root\n"}; };
  routes["/api/v1/*"] = [](const HttpRequest& request) {
    return HttpResponse{201, "application/json", absl::StrCat(request.path, " ", request.query.at("q"), "\n")};
  };
  auto server = HttpServer::Start(options, routes);
  EXPECT_THAT(server, IsOk());
  return *std::move(server);
}

std::string Ask(HttpServer& server, const std::string& request_line) {
  Client client(server.port());
  client.Send(request_line + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  return client.ReadUntil("");
}

// Prometheus scrapes again and again over one connection.
TEST(HttpServerTest, AConnectionServesRequestAfterRequest) {
  auto server = StartServer();
  EXPECT_EQ(server->address(), absl::StrCat("127.0.0.1:", server->port()));
  Client client(server->port());
  for (int i = 0; i < 3; ++i) {
    client.Send("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n");
    const std::string answer = client.ReadUntil("page\n");
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK\r\n"));
    EXPECT_THAT(answer, HasSubstr("Content-Type: text/plain\r\n"));
    EXPECT_THAT(answer, HasSubstr("Content-Length: 5\r\n"));
  }
}

// Exact routes and routes for everything below a path.
TEST(HttpServerTest, RoutesAreFoundByPath) {
  auto server = StartServer();
  EXPECT_THAT(Ask(*server, "GET /"), EndsWith("<p>root\n"));
  const std::string api = Ask(*server, "GET /api/v1/jobs/cats?q=a%20b+c&x");
  EXPECT_THAT(api, StartsWith("HTTP/1.1 201"));
  EXPECT_THAT(api, EndsWith("/api/v1/jobs/cats a b c\n"));
  EXPECT_THAT(Ask(*server, "GET /api/v1"), StartsWith("HTTP/1.1 404"));
  EXPECT_THAT(Ask(*server, "GET /none"), StartsWith("HTTP/1.1 404"));
}

// HEAD tells the length without the body.
TEST(HttpServerTest, HeadHasNoBody) {
  auto server = StartServer();
  const std::string answer = Ask(*server, "HEAD /metrics");
  EXPECT_THAT(answer, HasSubstr("Content-Length: 5\r\n"));
  EXPECT_THAT(answer, Not(HasSubstr("page")));
}

// What the server cannot do is answered, not ignored.
TEST(HttpServerTest, BadRequestsAreRefused) {
  HttpServer::Options options;
  options.max_body = 10;
  auto server = StartServer(options);
  EXPECT_THAT(Ask(*server, "POST /metrics"), StartsWith("HTTP/1.1 405"));
  EXPECT_THAT(Ask(*server, "GET /%zz"), StartsWith("HTTP/1.1 400"));
  Client big(server->port());
  big.Send("GET /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 11\r\n\r\n");
  EXPECT_THAT(big.ReadUntil(""), StartsWith("HTTP/1.1 413"));
  Client nonsense(server->port());
  nonsense.Send("what is this\r\n\r\n");
  EXPECT_THAT(nonsense.ReadUntil(""), StartsWith("HTTP/1.1 400"));
}

// One client too many does not take a place from the others.
TEST(HttpServerTest, ConnectionsAreLimited) {
  HttpServer::Options options;
  options.max_connections = 1;
  auto server = StartServer(options);
  Client first(server->port());
  first.Send("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n");
  first.ReadUntil("page\n");
  Client second(server->port());
  EXPECT_THAT(second.ReadUntil(""), StartsWith("HTTP/1.1 503"));
}

// Stop does not wait for clients that keep their connection open.
TEST(HttpServerTest, StopClosesIdleConnections) {
  auto server = StartServer();
  Client idle(server->port());
  idle.Send("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n");
  idle.ReadUntil("page\n");
  server->Stop();
  server.reset();
  EXPECT_THAT(idle.ReadUntil(""), IsEmpty());
}

// Two servers on one port would split the scrapes.
TEST(HttpServerTest, ATakenPortAndABadHostAreErrors) {
  auto server = StartServer();
  HttpServer::Options options;
  options.port = server->port();
  EXPECT_THAT(HttpServer::Start(options, {}), StatusIs(absl::StatusCode::kUnavailable));
  options.host = "not-an-address";
  EXPECT_THAT(HttpServer::Start(options, {}), StatusIs(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace doodle
