#include "common/io/checksum.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "absl/strings/escaping.h"
#include "common/status/status.h"

namespace doodle {
namespace {

constexpr uint32_t kCastagnoliReversed = 0x82f63b78;

// Eight tables, so that eight bytes are folded at a time.
using Tables = std::array<std::array<uint32_t, 256>, 8>;

constexpr Tables MakeTables() {
  Tables tables{};
  for (uint32_t byte = 0; byte < 256; ++byte) {
    uint32_t crc = byte;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? kCastagnoliReversed : 0);
    tables[0][byte] = crc;
  }
  for (size_t table = 1; table < 8; ++table) {
    for (size_t byte = 0; byte < 256; ++byte) {
      const uint32_t before = tables[table - 1][byte];
      tables[table][byte] = (before >> 8) ^ tables[0][before & 0xff];
    }
  }
  return tables;
}

constexpr Tables kTables = MakeTables();

uint32_t FoldEight(uint32_t crc, const char* bytes) {
  uint64_t word = 0;
  std::memcpy(&word, bytes, 8);  // Little-endian machines only, as everything on disk.
  word ^= crc;
  uint32_t folded = 0;
  for (size_t i = 0; i < 8; ++i) folded ^= kTables[7 - i][(word >> (8 * i)) & 0xff];
  return folded;
}

}  // namespace

uint32_t Crc32c(absl::string_view data, uint32_t crc) {
  crc = ~crc;
  while (data.size() >= 8) {
    crc = FoldEight(crc, data.data());
    data.remove_prefix(8);
  }
  for (const char c : data) crc = (crc >> 8) ^ kTables[0][(crc ^ static_cast<uint8_t>(c)) & 0xff];
  return ~crc;
}

struct Sha256::State {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  ~State() { EVP_MD_CTX_free(context); }
};

Sha256::Sha256() : state_(std::make_unique<State>()) { EVP_DigestInit_ex(state_->context, EVP_sha256(), nullptr); }

Sha256::~Sha256() = default;

void Sha256::Update(absl::string_view data) { EVP_DigestUpdate(state_->context, data.data(), data.size()); }

std::string Sha256::HexDigest() {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  EVP_DigestFinal_ex(state_->context, digest.data(), &size);
  return absl::BytesToHexString(absl::string_view(reinterpret_cast<const char*>(digest.data()), size));
}

std::string Sha256Hex(absl::string_view data) {
  Sha256 hash;
  hash.Update(data);
  return hash.HexDigest();
}

std::string HmacSha256(absl::string_view key, absl::string_view data) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(data.data()),
       data.size(), digest.data(), &size);
  return std::string(reinterpret_cast<const char*>(digest.data()), size);
}

absl::StatusOr<std::string> Sha256OfFile(FileSystem& files, const std::string& path) {
  constexpr uint64_t kPiece = 1 << 20;
  DOODLE_ASSIGN_OR_RETURN(const auto file, files.Open(path));
  Sha256 hash;
  for (uint64_t offset = 0; offset < file->size(); offset += kPiece) {
    DOODLE_ASSIGN_OR_RETURN(const std::string piece, file->Read(offset, std::min(kPiece, file->size() - offset)));
    hash.Update(piece);
  }
  return hash.HexDigest();
}

}  // namespace doodle
