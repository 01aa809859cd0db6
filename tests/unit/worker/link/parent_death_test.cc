#include "worker/link/parent_death.h"

#include <unistd.h>

#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace doodle {
namespace {

// Runs in a child, so that the test itself is not bound to its parent; exits with the status' code.
int CodeWithParent(const std::string& parent) {
  setenv("DOODLE_TRAINER_PARENT", parent.c_str(), 1);
  return static_cast<int>(DieWithTrainerParent().code());
}

// A trainer whose daemon died before the trainer could ask does not stay.
TEST(ParentDeathTest, AParentThatIsGoneIsNoticed) {
  const std::string self = absl::StrCat(getpid());
  EXPECT_EXIT(_exit(CodeWithParent(self)), testing::ExitedWithCode(0), "");
  EXPECT_EXIT(_exit(CodeWithParent("1")), testing::ExitedWithCode(9), "");
  EXPECT_EXIT(_exit(CodeWithParent("x")), testing::ExitedWithCode(3), "");
}

}  // namespace
}  // namespace doodle
