// Errors as absl::Status: context that grows outward, and the macros that pass an error on.
//
// A function adds one clause and keeps the code:
//
//     DOODLE_ASSIGN_OR_RETURN(auto block, ReadBlock(9), "block 9");   // "block 9: bad crc"
#ifndef DOODLE_COMMON_STATUS_STATUS_H_
#define DOODLE_COMMON_STATUS_STATUS_H_

#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace doodle {

// `status` with "clause: " before its message; code and payloads stay. OK stays OK.
absl::Status Annotate(const absl::Status& status, absl::string_view clause);

// INVALID_ARGUMENT about one field of a request or a file: "stages[0].epochs: must be at least 1". The path is kept
// as a payload, so that an RPC can name it in its details.
absl::Status InvalidField(absl::string_view field, absl::string_view problem);

// UNIMPLEMENTED about a field whose feature is not built yet: "augment.mixup: not supported yet".
absl::Status UnsupportedField(absl::string_view field);

// The field path of an InvalidField or UnsupportedField; empty for any other status.
std::string FieldOf(const absl::Status& status);

namespace internal {
inline absl::Status PassOn(const absl::Status& status) { return status; }
inline absl::Status PassOn(const absl::Status& status, absl::string_view clause) { return Annotate(status, clause); }
}  // namespace internal

}  // namespace doodle

#define DOODLE_STATUS_CONCAT_INNER(a, b) a##b
#define DOODLE_STATUS_CONCAT(a, b) DOODLE_STATUS_CONCAT_INNER(a, b)

// DOODLE_RETURN_IF_ERROR(expression [, clause])
#define DOODLE_RETURN_IF_ERROR(expression, ...)                                    \
  do {                                                                             \
    if (absl::Status doodle_status = (expression); !doodle_status.ok()) {          \
      return ::doodle::internal::PassOn(doodle_status __VA_OPT__(, ) __VA_ARGS__); \
    }                                                                              \
  } while (false)

// DOODLE_ASSIGN_OR_RETURN(declaration, expression [, clause])
#define DOODLE_ASSIGN_OR_RETURN(declaration, expression, ...)                                  \
  DOODLE_ASSIGN_OR_RETURN_IMPL(DOODLE_STATUS_CONCAT(doodle_status_or_, __LINE__), declaration, \
                               expression __VA_OPT__(, ) __VA_ARGS__)
#define DOODLE_ASSIGN_OR_RETURN_IMPL(result, declaration, expression, ...)                         \
  auto result = (expression);                                                                      \
  if (!result.ok()) return ::doodle::internal::PassOn(result.status() __VA_OPT__(, ) __VA_ARGS__); \
  declaration = *std::move(result)

#endif  // DOODLE_COMMON_STATUS_STATUS_H_
