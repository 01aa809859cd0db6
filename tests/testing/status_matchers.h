// Matchers for absl::Status and StatusOr, which this Abseil does not have. A failure prints the status.
//
//     EXPECT_THAT(Parse(text), IsOk());
//     EXPECT_THAT(Parse("x"), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("line 1")));
//     ASSERT_OK_AND_ASSIGN(auto value, Parse(text));
#ifndef DOODLE_TESTS_TESTING_STATUS_MATCHERS_H_
#define DOODLE_TESTS_TESTING_STATUS_MATCHERS_H_

#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace doodle {

inline const absl::Status& StatusOf(const absl::Status& status) { return status; }
template <typename T>
const absl::Status& StatusOf(const absl::StatusOr<T>& result) {
  return result.status();
}

MATCHER(IsOk, negation ? "is an error" : "is OK") {
  const absl::Status& status = StatusOf(arg);
  *result_listener << status.ToString();
  return status.ok();
}

MATCHER_P2(StatusIs, code, message, "has the status code and a message that matches") {
  const absl::Status& status = StatusOf(arg);
  *result_listener << status.ToString();
  return status.code() == code &&
         ::testing::SafeMatcherCast<std::string>(message).Matches(std::string(status.message()));
}

template <typename Code>
auto StatusIs(Code code) {
  return StatusIs(code, ::testing::_);
}

}  // namespace doodle

#define DOODLE_TEST_CONCAT_INNER(a, b) a##b
#define DOODLE_TEST_CONCAT(a, b) DOODLE_TEST_CONCAT_INNER(a, b)
#define ASSERT_OK_AND_ASSIGN(declaration, expression) \
  ASSERT_OK_AND_ASSIGN_IMPL(DOODLE_TEST_CONCAT(status_or_, __LINE__), declaration, expression)
#define ASSERT_OK_AND_ASSIGN_IMPL(result, declaration, expression) \
  auto result = (expression);                                      \
  ASSERT_THAT(result, ::doodle::IsOk());                           \
  declaration = *std::move(result)

#endif  // DOODLE_TESTS_TESTING_STATUS_MATCHERS_H_
