#include "common/ids/random_id.h"

#include <sys/random.h>

#include <cstdlib>
#include <string>

#include "absl/strings/escaping.h"

namespace doodle {

std::string RandomHex(int bytes) {
  std::string raw(static_cast<size_t>(bytes), '\0');
  // At most 256 bytes are asked for at a time, which getrandom never cuts short.
  if (getrandom(raw.data(), raw.size(), 0) != static_cast<ssize_t>(raw.size())) std::abort();
  return absl::BytesToHexString(raw);
}

}  // namespace doodle
