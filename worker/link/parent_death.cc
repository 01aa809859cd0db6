#include "worker/link/parent_death.h"

#include <cstdlib>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/thread/parent_death.h"

namespace doodle {

absl::Status DieWithTrainerParent() {
  const char* text = std::getenv("DOODLE_TRAINER_PARENT");
  pid_t parent = 0;
  if (text != nullptr && (!absl::SimpleAtoi(text, &parent) || parent <= 0)) {
    return absl::InvalidArgumentError(absl::StrCat("DOODLE_TRAINER_PARENT \"", text, "\": must be a process id"));
  }
  return DieWithParent(parent);
}

}  // namespace doodle
