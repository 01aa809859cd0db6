// One HTTP exchange behind an interface, so that tests answer by a script and no other file knows libcurl.
#ifndef DOODLE_COMMON_STORAGE_WEB_TRANSPORT_H_
#define DOODLE_COMMON_STORAGE_WEB_TRANSPORT_H_

#include <cstdint>
#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace doodle {

struct WebRequest {
  std::string method;  // GET, HEAD, PUT, POST, DELETE
  std::string url;     // http or https, encoded, with its query.
  std::map<std::string, std::string> headers;
  absl::string_view body;            // Must outlive the exchange.
  uint64_t answer_limit = 16 << 20;  // Most bytes of the answer's body.
};

struct WebReply {
  int status = 0;
  std::map<std::string, std::string> headers;  // Names in lower case.
  std::string body;

  // Empty when there is none.
  std::string Header(const std::string& name) const {
    const auto found = headers.find(name);
    return found == headers.end() ? "" : found->second;
  }
};

// Thread-safe.
class WebTransport {
 public:
  virtual ~WebTransport() = default;

  // Any answer of the server is OK, whatever its status. UNAVAILABLE: no connection, or it broke or stood still; worth
  // another try. FAILED_PRECONDITION: the server's certificate is not trusted. RESOURCE_EXHAUSTED: the answer is above
  // its limit. Messages hold neither headers nor the query.
  virtual absl::StatusOr<WebReply> Send(const WebRequest& request) = 0;
};

}  // namespace doodle

#endif  // DOODLE_COMMON_STORAGE_WEB_TRANSPORT_H_
