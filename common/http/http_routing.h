// From a request's target to the handler's answer.
#ifndef DOODLE_COMMON_HTTP_HTTP_ROUTING_H_
#define DOODLE_COMMON_HTTP_HTTP_ROUTING_H_

#include "absl/strings/string_view.h"
#include "common/http/http_server.h"

namespace doodle {

// `target` as sent: /api/v1/jobs?limit=3. 400 when it is not decodable, 404 without a route.
HttpResponse RouteRequest(const HttpRoutes& routes, absl::string_view target);

}  // namespace doodle

#endif  // DOODLE_COMMON_HTTP_HTTP_ROUTING_H_
