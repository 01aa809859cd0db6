// The fence around LibTorch: the one place where its exceptions become a Status.
//
//     DOODLE_RETURN_IF_ERROR(CatchTorch("backward", [&] { loss.backward(); }));
//     DOODLE_ASSIGN_OR_RETURN(double loss, CatchTorch("loss", [&]() -> absl::StatusOr<double> { ... }));
#ifndef DOODLE_WORKER_TORCH_FENCE_H_
#define DOODLE_WORKER_TORCH_FENCE_H_

#include <type_traits>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace doodle {

// The exception in flight as a Status whose message begins with "what: ". Out of memory: RESOURCE_EXHAUSTED; wrong
// index, value or type: INVALID_ARGUMENT; not implemented: UNIMPLEMENTED; a broken collective, store or socket:
// UNAVAILABLE, or DEADLINE_EXCEEDED where the message tells of a timeout; anything else: INTERNAL. Only inside a
// catch block.
absl::Status CurrentExceptionAsStatus(absl::string_view what);

// Runs `body`, which returns nothing, a Status or a StatusOr, and turns what it throws into a Status. A body that
// returns nothing makes a Status. Thread-safe.
template <typename Body>
auto CatchTorch(absl::string_view what, Body&& body) {
  using Result = std::invoke_result_t<Body>;
  if constexpr (std::is_void_v<Result>) {
    try {
      std::forward<Body>(body)();
      return absl::OkStatus();
    } catch (...) {
      return CurrentExceptionAsStatus(what);
    }
  } else {
    try {
      return std::forward<Body>(body)();
    } catch (...) {
      return Result(CurrentExceptionAsStatus(what));
    }
  }
}

}  // namespace doodle

#endif  // DOODLE_WORKER_TORCH_FENCE_H_
