#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/io/host_port.h"
#include "common/rpc/server.h"

namespace doodle {
namespace {

// Names that only look like an address (127.evil.example) must not pass.
bool IsLoopbackIpv4(absl::string_view host) {
  const std::vector<absl::string_view> parts = absl::StrSplit(host, '.');
  if (parts.size() != 4 || parts[0] != "127") return false;
  return std::all_of(parts.begin(), parts.end(), [](absl::string_view part) {
    uint32_t value = 0;
    return part.size() <= 3 && absl::SimpleAtoi(part, &value) && value <= 255;
  });
}

}  // namespace

bool IsLoopback(absl::string_view address) {
  if (absl::StartsWith(address, "unix:")) return true;
  const absl::string_view host = HostOf(address);
  return host == "localhost" || host == "[::1]" || IsLoopbackIpv4(host);
}

absl::Status RequireLoopback(absl::string_view address, bool insecure) {
  if (IsLoopback(address)) return absl::OkStatus();
  if (HostOf(address).empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("address \"", address, "\": must be host:port, an IPv6 host in brackets"));
  }
  if (insecure) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat("address \"", address,
                                                 "\": not a loopback address, and traffic is not encrypted; pass "
                                                 "--insecure to serve it all the same"));
}

}  // namespace doodle
