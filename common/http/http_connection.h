// One connection of the HTTP server: reads a request, answers it, and again while the client keeps it open.
//
//   Read --(1) whole request--> Answer --(2) written, kept alive--> Read
//     |                            +------(3) written, to be closed--> end
//     +--(4) no request in time, the client is gone--> end
//     +--(5) not HTTP, too large--> Refuse --> end
//
// HTTP/1.1 without TLS, bodies of limited size: for probes, metrics and the page, behind whatever faces the world.
#ifndef DOODLE_COMMON_HTTP_HTTP_CONNECTION_H_
#define DOODLE_COMMON_HTTP_HTTP_CONNECTION_H_

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <cstddef>
#include <memory>
#include <optional>

#include "common/http/http_server.h"

namespace doodle {

// Owned by its pending operation: whatever ends it leaves nothing pending, and the object goes. Single-threaded: the
// server's thread, on which the routes' handlers run too; a slow handler holds up all connections.
class HttpConnection : public std::enable_shared_from_this<HttpConnection> {
 public:
  // `options`, `routes` and `live`, the number of connections, must outlive it.
  static void Serve(boost::asio::ip::tcp::socket socket, const HttpServer::Options& options, const HttpRoutes& routes,
                    size_t& live);
  ~HttpConnection() { --live_; }

 private:
  using Request = boost::beast::http::request<boost::beast::http::string_body>;
  using Response = boost::beast::http::response<boost::beast::http::string_body>;

  HttpConnection(boost::asio::ip::tcp::socket socket, const HttpServer::Options& options, const HttpRoutes& routes,
                 size_t& live);
  void Read();
  void OnRead(boost::system::error_code error);
  void Answer(const Request& request);
  void Refuse(int status);  // Answers and closes.
  void Write(HttpResponse answer, unsigned version, bool keep_alive, bool body_wanted);

  boost::beast::tcp_stream stream_;
  const HttpServer::Options& options_;
  const HttpRoutes& routes_;
  size_t& live_;
  boost::beast::flat_buffer buffer_;
  std::optional<boost::beast::http::request_parser<boost::beast::http::string_body>> parser_;
  Response response_;
};

}  // namespace doodle

#endif  // DOODLE_COMMON_HTTP_HTTP_CONNECTION_H_
