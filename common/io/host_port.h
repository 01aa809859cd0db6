// Host and port as one text, as one dials it and as URLs hold it.
#ifndef DOODLE_COMMON_IO_HOST_PORT_H_
#define DOODLE_COMMON_IO_HOST_PORT_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace doodle {

// "127.0.0.1:7460"; an IPv6 address gets the brackets that tell its colons from the port's: "[::1]:7460". `host` may
// have them already.
std::string HostPort(absl::string_view host, uint16_t port);

// The host of "host:port", with the brackets of an IPv6 address; empty when the text is nothing of the kind: without a
// port up to 65535, or with an IPv6 address whose colons no brackets tell from the port's.
absl::string_view HostOf(absl::string_view host_port);

// "::1" of "[::1]"; any other host as it is.
absl::string_view WithoutBrackets(absl::string_view host);

}  // namespace doodle

#endif  // DOODLE_COMMON_IO_HOST_PORT_H_
