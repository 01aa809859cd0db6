// The contexts file of the command line: names for coordinators' addresses, and which one is meant by default.
//
//     current: local
//     contexts:
//       local: 127.0.0.1:7460
//       lab: trainer.lab:7460
#ifndef DOODLE_COMMON_SPEC_CONTEXT_FILE_H_
#define DOODLE_COMMON_SPEC_CONTEXT_FILE_H_

#include <functional>
#include <map>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/io/file_system.h"

namespace doodle {

struct ContextFile {
  std::string current;                              // A name in `coordinators`; empty: none.
  std::map<std::string, std::string> coordinators;  // host:port by name.

  bool operator==(const ContextFile&) const = default;
};

// INVALID_ARGUMENT for anything but the two fields, or a current context that is not listed.
absl::StatusOr<ContextFile> ParseContextFile(absl::string_view yaml);
std::string SerializeContextFile(const ContextFile& contexts);

// DOODLE_CONFIG, else $XDG_CONFIG_HOME/doodle/config.yaml, else ~/.config/doodle/config.yaml; empty without a home.
std::string ContextFilePath(const std::function<std::optional<std::string>(const std::string&)>& variable);

// Empty contexts when there is no file. Errors name the path.
absl::StatusOr<ContextFile> ReadContextFile(FileSystem& files, const std::string& path);
// Whole or not at all.
absl::Status WriteContextFile(FileSystem& files, const std::string& path, const ContextFile& contexts);

}  // namespace doodle

#endif  // DOODLE_COMMON_SPEC_CONTEXT_FILE_H_
