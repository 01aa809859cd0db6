// CRC-32C for blocks and SHA-256 for whole contents and digests.
#ifndef DOODLE_COMMON_IO_CHECKSUM_H_
#define DOODLE_COMMON_IO_CHECKSUM_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/io/file_system.h"

namespace doodle {

// CRC-32C (Castagnoli, RFC 3720) of `data`, continuing from `crc`.
uint32_t Crc32c(absl::string_view data, uint32_t crc = 0);

// Thread-compatible.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  void Update(absl::string_view data);
  std::string HexDigest();  // Ends the hash; once.

 private:
  struct State;
  std::unique_ptr<State> state_;
};

std::string Sha256Hex(absl::string_view data);
// HMAC with SHA-256 (RFC 2104): 32 bytes, not hexadecimal.
std::string HmacSha256(absl::string_view key, absl::string_view data);
absl::StatusOr<std::string> Sha256OfFile(FileSystem& files, const std::string& path);

}  // namespace doodle

#endif  // DOODLE_COMMON_IO_CHECKSUM_H_
