// The border between absl::Status and gRPC: codes one to one, messages capped, field paths kept as google.rpc details.
#ifndef DOODLE_COMMON_RPC_STATUS_CONVERSION_H_
#define DOODLE_COMMON_RPC_STATUS_CONVERSION_H_

#include <grpcpp/support/status.h>

#include <cstddef>

#include "absl/status/status.h"

namespace doodle {

inline constexpr size_t kMaxStatusMessage = 1024;  // Bytes; a longer message is cut at a character and ends in "...".

// A status with a field (common/status InvalidField, UnsupportedField) carries a google.rpc.Status with ErrorInfo
// (reason INVALID_FIELD or UNSUPPORTED_FIELD, domain "doodle") and BadRequest in its error details.
grpc::Status ToGrpcStatus(const absl::Status& status);

// The reverse; the field, when the details have one, is FieldOf again. A foreign code becomes UNKNOWN.
absl::Status FromGrpcStatus(const grpc::Status& status);

}  // namespace doodle

#endif  // DOODLE_COMMON_RPC_STATUS_CONVERSION_H_
