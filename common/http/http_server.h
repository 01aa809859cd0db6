// A small HTTP/1.1 server for metrics, health and JSON. The only user of boost.beast.
//
//     HttpRoutes routes;
//     routes["/livez"] = [](const HttpRequest&) { return HttpResponse{200, "text/plain", "ok\n"}; };
//     DOODLE_ASSIGN_OR_RETURN(auto server, HttpServer::Start({.port = 7461}, std::move(routes)));
#ifndef DOODLE_COMMON_HTTP_HTTP_SERVER_H_
#define DOODLE_COMMON_HTTP_HTTP_SERVER_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace doodle {

struct HttpRequest {
  std::string path;                          // Decoded, without the query: /api/v1/jobs/cats
  std::map<std::string, std::string> query;  // Decoded; of a repeated name the last value.
};

struct HttpResponse {
  int status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::string body;
};

// Runs on the server's thread: it must not wait for anything slow.
using HttpHandler = std::function<HttpResponse(const HttpRequest&)>;

// By path. A route that ends in "/*" serves every path below it; the longest match wins.
using HttpRoutes = std::map<std::string, HttpHandler>;

// One thread serves every connection, with keep-alive. GET and HEAD only (405 otherwise), 404 without a route, 413
// above max_body, 503 above max_connections. Thread-safe.
class HttpServer {
 public:
  struct Options {
    std::string host = "127.0.0.1";
    uint16_t port = 0;  // 0: any free one, see port().
    size_t max_body = 64 << 10;
    size_t max_connections = 128;
    absl::Duration idle_timeout = absl::Seconds(30);
  };
  // UNAVAILABLE when the address is taken, INVALID_ARGUMENT when `host` is not an address or "localhost".
  static absl::StatusOr<std::unique_ptr<HttpServer>> Start(Options options, HttpRoutes routes);

  virtual ~HttpServer() = default;
  virtual uint16_t port() const = 0;
  virtual std::string address() const = 0;  // host:port
  virtual void Stop() = 0;                  // Closes every connection and joins the thread. Also the destructor.
};

}  // namespace doodle

#endif  // DOODLE_COMMON_HTTP_HTTP_SERVER_H_
