#include "worker/torch/fence.h"

#include <stdexcept>

#include "absl/status/statusor.h"
#include "c10/util/Exception.h"
#include "gmock/gmock.h"
#include "tests/testing/status_matchers.h"

namespace doodle {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

template <typename Error>
absl::Status Caught(const char* message) {
  const char* const function = __func__;
  return CatchTorch("what", [&] { throw Error({function, __FILE__, static_cast<uint32_t>(__LINE__)}, message); });
}

TEST(FenceTest, WhatReturnsPassesThrough) {
  EXPECT_THAT(CatchTorch("what", [] {}), IsOk());
  EXPECT_THAT(CatchTorch("what", [] { return absl::NotFoundError("x"); }), StatusIs(absl::StatusCode::kNotFound));
  ASSERT_OK_AND_ASSIGN(int value, CatchTorch("what", []() -> absl::StatusOr<int> { return 3; }));
  EXPECT_EQ(value, 3);
}

// Each type of LibTorch's has the code that tells a caller what to do about it.
TEST(FenceTest, EveryTypeHasItsCode) {
  EXPECT_THAT(Caught<c10::OutOfMemoryError>("m"), StatusIs(absl::StatusCode::kResourceExhausted, HasSubstr("what: m")));
  EXPECT_THAT(Caught<c10::IndexError>("m"), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(Caught<c10::ValueError>("m"), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(Caught<c10::TypeError>("m"), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(Caught<c10::NotImplementedError>("m"), StatusIs(absl::StatusCode::kUnimplemented));
  EXPECT_THAT(Caught<c10::DistBackendError>("socket closed"), StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT(Caught<c10::DistStoreError>("wait timeout after 3000ms"), StatusIs(absl::StatusCode::kDeadlineExceeded));
  EXPECT_THAT(Caught<c10::DistNetworkError>("Timed out"), StatusIs(absl::StatusCode::kDeadlineExceeded));
  EXPECT_THAT(Caught<c10::Error>("m"), StatusIs(absl::StatusCode::kInternal));
}

TEST(FenceTest, StandardExceptionsAreCaughtToo) {
  EXPECT_THAT(CatchTorch("what", [] { throw std::bad_alloc(); }), StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_THAT(CatchTorch("what", [] { throw std::runtime_error("m"); }),
              StatusIs(absl::StatusCode::kInternal, "what: m"));
  EXPECT_THAT(CatchTorch("what", [] { throw 7; }), StatusIs(absl::StatusCode::kInternal));
}

// Gloo's exceptions have no type in the headers; a dead peer is told by the text.
TEST(FenceTest, GlooErrorsAreUnavailable) {
  EXPECT_THAT(
      CatchTorch("all-reduce",
                 [] { throw std::runtime_error("[gloo/transport/tcp/pair.cc:554] Connection closed by peer"); }),
      StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT(
      CatchTorch("all-reduce",
                 [] { throw std::runtime_error("[gloo/transport/tcp/buffer.cc:81] Timed out waiting 3000ms"); }),
      StatusIs(absl::StatusCode::kDeadlineExceeded));
}

// Call stacks stay out of messages that travel to users.
TEST(FenceTest, MessagesCarryNoBacktrace) {
  absl::Status status = CatchTorch("what", [] { TORCH_CHECK(false, "broken"); });
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kInternal, HasSubstr("broken")));
  EXPECT_THAT(std::string(status.message()), Not(HasSubstr("frame #")));
}

}  // namespace
}  // namespace doodle
