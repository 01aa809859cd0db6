// Standard error goes nowhere for a while: for tests that run thousands of expected warnings into the log.
#ifndef DOODLE_TESTS_TESTING_QUIET_ERRORS_H_
#define DOODLE_TESTS_TESTING_QUIET_ERRORS_H_

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>

namespace doodle {

// One at a time. Failures of GoogleTest go to standard output and stay.
class QuietErrors {
 public:
  QuietErrors() : saved_(dup(STDERR_FILENO)) {
    std::fflush(stderr);
    const int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
    dup2(nowhere, STDERR_FILENO);
    close(nowhere);
  }
  ~QuietErrors() {
    std::fflush(stderr);
    dup2(saved_, STDERR_FILENO);
    close(saved_);
  }
  QuietErrors(const QuietErrors&) = delete;
  QuietErrors& operator=(const QuietErrors&) = delete;

 private:
  const int saved_;
};

}  // namespace doodle

#endif  // DOODLE_TESTS_TESTING_QUIET_ERRORS_H_
