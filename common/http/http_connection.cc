#include "common/http/http_connection.h"

#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/http/http_routing.h"
#include "common/log/log.h"

namespace doodle {

namespace beast = boost::beast;
namespace http = beast::http;

void HttpConnection::Serve(boost::asio::ip::tcp::socket socket, const HttpServer::Options& options,
                           const HttpRoutes& routes, size_t& live) {
  std::shared_ptr<HttpConnection> connection(new HttpConnection(std::move(socket), options, routes, live));
  if (live > options.max_connections) {
    connection->Refuse(503);
  } else {
    connection->Read();
  }
}

HttpConnection::HttpConnection(boost::asio::ip::tcp::socket socket, const HttpServer::Options& options,
                               const HttpRoutes& routes, size_t& live)
    : stream_(std::move(socket)), options_(options), routes_(routes), live_(live) {
  ++live_;
}

void HttpConnection::Read() {
  parser_.emplace();
  parser_->header_limit(16 << 10);
  parser_->body_limit(options_.max_body);
  stream_.expires_after(absl::ToChronoMilliseconds(options_.idle_timeout));
  http::async_read(stream_, buffer_, *parser_,
                   [self = shared_from_this()](boost::system::error_code error, size_t) { self->OnRead(error); });
}

void HttpConnection::OnRead(boost::system::error_code error) {
  if (error == http::error::body_limit) return Refuse(413);
  if (error == http::error::header_limit) return Refuse(431);
  // The client closed, was silent for too long, or the connection broke: nobody is there to answer.
  if (error == http::error::end_of_stream || error == beast::error::timeout) return;
  if (error.category() == http::make_error_code(http::error::bad_method).category()) return Refuse(400);
  if (error) return;
  Answer(parser_->get());
}

void HttpConnection::Answer(const Request& request) {
  const bool is_head = request.method() == http::verb::head;
  const unsigned version = request.version();
  if (!is_head && request.method() != http::verb::get) {
    HttpResponse refusal;
    refusal.status = 405;
    refusal.body = "only GET and HEAD are served\n";
    return Write(std::move(refusal), version, request.keep_alive(), true);
  }
  const beast::string_view target = request.target();
  Write(RouteRequest(routes_, std::string(target.data(), target.size())), version, request.keep_alive(), !is_head);
}

void HttpConnection::Refuse(int status) {
  HttpResponse refusal;
  refusal.status = status;
  refusal.body = absl::StrCat(status, "\n");
  Write(std::move(refusal), 11, false, true);
}

void HttpConnection::Write(HttpResponse answer, unsigned version, bool keep_alive, bool body_wanted) {
  response_ = Response(http::int_to_status(static_cast<unsigned>(answer.status)), version);
  response_.set(http::field::server, "doodle");
  response_.set(http::field::content_type, answer.content_type);
  if (answer.status == 405) response_.set(http::field::allow, "GET, HEAD");
  response_.keep_alive(keep_alive);
  response_.content_length(answer.body.size());
  if (body_wanted) response_.body() = std::move(answer.body);
  stream_.expires_after(absl::ToChronoMilliseconds(options_.idle_timeout));
  http::async_write(stream_, response_,
                    [self = shared_from_this(), keep_alive](boost::system::error_code error, size_t) {
                      if (error) return;
                      if (keep_alive) return self->Read();
                      boost::system::error_code ignored;
                      self->stream_.socket().shutdown(boost::asio::ip::tcp::socket::shutdown_send, ignored);
                    });
}

}  // namespace doodle
