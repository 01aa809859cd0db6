// addresses.json of a daemon's data directory: where it listens, for whoever started it with port 0.
//
//     DOODLE_RETURN_IF_ERROR(WriteAddresses(files, data_directory, {.grpc = "127.0.0.1:7460", .admin = ...}));
//     ... once it no longer serves ...
//     RemoveAddresses(files, data_directory);
#ifndef DOODLE_COMMON_RPC_ADDRESSES_FILE_H_
#define DOODLE_COMMON_RPC_ADDRESSES_FILE_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/io/file_system.h"

namespace doodle {

struct Addresses {
  std::string grpc = "";       // host:port; empty: serves no RPC to others.
  std::string admin = "";      // host:port of /metrics and health.
  std::string worker_id = "";  // Empty for a coordinator.
  int64_t pid = 0;
};

// <directory>/addresses.json
std::string AddressesPath(const std::string& directory);

// Whole or not at all: it appears when the daemon serves. Empty fields are left out.
absl::Status WriteAddresses(FileSystem& files, const std::string& directory, const Addresses& addresses);

// NOT_FOUND until the daemon has written it; DATA_LOSS for a file that is something else.
absl::StatusOr<Addresses> ReadAddresses(FileSystem& files, const std::string& directory);

// A daemon's last act, and the first of who starts one: an old file would be taken for the new daemon's.
absl::Status RemoveAddresses(FileSystem& files, const std::string& directory);

}  // namespace doodle

#endif  // DOODLE_COMMON_RPC_ADDRESSES_FILE_H_
