#include "worker/torch/fence.h"

#include <exception>
#include <new>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "c10/util/Exception.h"

namespace doodle {
namespace {

absl::Status Make(absl::StatusCode code, absl::string_view what, absl::string_view message) {
  constexpr size_t kLongest = 1024;  // LibTorch's messages can carry whole call stacks.
  return absl::Status(code, absl::StrCat(what, ": ", absl::StripAsciiWhitespace(message.substr(0, kLongest))));
}

absl::StatusCode PeerCode(absl::string_view message) {
  const std::string lower = absl::AsciiStrToLower(message);
  bool timeout = absl::StrContains(lower, "timeout") || absl::StrContains(lower, "timed out");
  return timeout ? absl::StatusCode::kDeadlineExceeded : absl::StatusCode::kUnavailable;
}

// Gloo throws std::runtime_error with the place in its own sources, and has no type of its own in the headers.
bool IsGloo(absl::string_view message) {
  return absl::StrContains(message, "gloo/") || absl::StrContains(message, "by peer");
}

}  // namespace

absl::Status CurrentExceptionAsStatus(absl::string_view what) {
  try {
    throw;
  } catch (const c10::OutOfMemoryError& error) {
    return Make(absl::StatusCode::kResourceExhausted, what, error.what_without_backtrace());
  } catch (const c10::IndexError& error) {
    return Make(absl::StatusCode::kInvalidArgument, what, error.what_without_backtrace());
  } catch (const c10::ValueError& error) {
    return Make(absl::StatusCode::kInvalidArgument, what, error.what_without_backtrace());
  } catch (const c10::TypeError& error) {
    return Make(absl::StatusCode::kInvalidArgument, what, error.what_without_backtrace());
  } catch (const c10::NotImplementedError& error) {
    return Make(absl::StatusCode::kUnimplemented, what, error.what_without_backtrace());
  } catch (const c10::DistError& error) {
    return Make(PeerCode(error.what_without_backtrace()), what, error.what_without_backtrace());
  } catch (const c10::Error& error) {
    return Make(absl::StatusCode::kInternal, what, error.what_without_backtrace());
  } catch (const std::bad_alloc&) {
    return Make(absl::StatusCode::kResourceExhausted, what, "out of memory");
  } catch (const std::exception& error) {
    absl::string_view message = error.what();
    return Make(IsGloo(message) ? PeerCode(message) : absl::StatusCode::kInternal, what, message);
  } catch (...) {
    return Make(absl::StatusCode::kInternal, what, "an exception of unknown type");
  }
}

}  // namespace doodle
