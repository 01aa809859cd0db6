#include "common/io/host_port.h"

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace doodle {

std::string HostPort(absl::string_view host, uint16_t port) {
  const absl::string_view bare = WithoutBrackets(host);
  return absl::StrContains(bare, ':') ? absl::StrCat("[", bare, "]:", port) : absl::StrCat(bare, ":", port);
}

absl::string_view HostOf(absl::string_view host_port) {
  const size_t colon = host_port.rfind(':');
  if (colon == absl::string_view::npos) return "";
  uint32_t port = 0;
  const absl::string_view digits = host_port.substr(colon + 1);
  if (digits.empty() || !absl::SimpleAtoi(digits, &port) || port > 65535) return "";
  const absl::string_view host = host_port.substr(0, colon);
  const bool bare_ipv6 = absl::StrContains(host, ':') && WithoutBrackets(host) == host;
  return bare_ipv6 ? "" : host;
}

absl::string_view WithoutBrackets(absl::string_view host) {
  const bool bracketed = host.size() >= 2 && host.front() == '[' && host.back() == ']';
  return bracketed ? host.substr(1, host.size() - 2) : host;
}

}  // namespace doodle
