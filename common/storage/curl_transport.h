// HTTP and HTTPS by libcurl. The only user of curl.
#ifndef DOODLE_COMMON_STORAGE_CURL_TRANSPORT_H_
#define DOODLE_COMMON_STORAGE_CURL_TRANSPORT_H_

#include <cstddef>
#include <memory>

#include "absl/time/time.h"
#include "common/storage/web_transport.h"
#include "common/time/clock.h"

namespace doodle {

struct CurlOptions {
  size_t connections = 8;  // At once; they are kept open. Each holds one answer, so this bounds memory, too.
  absl::Duration connect_timeout = absl::Seconds(10);
  absl::Duration stall_timeout = absl::Seconds(30);  // Without a byte either way.
  absl::Duration queue_timeout = absl::Minutes(5);   // For a free connection.
};

// Redirects are not followed: a signature is for one host. Proxies and certificates are those that curl's usual
// variables name (https_proxy, no_proxy, CURL_CA_BUNDLE). DEADLINE_EXCEEDED after queue_timeout, else as
// WebTransport. `clock` must outlive it.
std::unique_ptr<WebTransport> MakeCurlTransport(CurlOptions options, Clock& clock);

}  // namespace doodle

#endif  // DOODLE_COMMON_STORAGE_CURL_TRANSPORT_H_
