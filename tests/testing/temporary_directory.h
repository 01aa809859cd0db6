// A directory of a test's own, removed at its end.
#ifndef DOODLE_TESTS_TESTING_TEMPORARY_DIRECTORY_H_
#define DOODLE_TESTS_TESTING_TEMPORARY_DIRECTORY_H_

#include <filesystem>
#include <string>

#include "common/ids/random_id.h"

namespace doodle {

class TemporaryDirectory {
 public:
  TemporaryDirectory() : path_(std::filesystem::temp_directory_path() / ("doodle-test-" + RandomHex(6))) {
    std::filesystem::create_directories(path_);
  }
  ~TemporaryDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  std::string path() const { return path_; }
  std::string File(const std::string& name) const { return path_ / name; }

 private:
  const std::filesystem::path path_;
};

}  // namespace doodle

#endif  // DOODLE_TESTS_TESTING_TEMPORARY_DIRECTORY_H_
