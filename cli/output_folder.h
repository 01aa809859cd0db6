// Where a command reads or writes when its user may name s3:// as well as a local path.
#ifndef DOODLE_CLI_OUTPUT_FOLDER_H_
#define DOODLE_CLI_OUTPUT_FOLDER_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cli/environment.h"
#include "cli/interrupt.h"
#include "common/storage/publish.h"

namespace doodle {

// A path of Environment::files: an absolute local one, or s3://bucket/prefix. INVALID_ARGUMENT for a bad URI.
absl::StatusOr<std::string> StoragePathOf(const Environment& environment, absl::string_view text);

// A folder that a command makes: in its place, or for s3:// in a staging folder that Publish then uploads:
//
//     DOODLE_ASSIGN_OR_RETURN(const auto output, OutputFolder::Create(environment, "--out", command.out,
//     "manifest.json"));
//     ... write output->local() ...
//     DOODLE_RETURN_IF_ERROR(output->Publish(environment, interrupt));
//
// Thread-compatible. The environment's files must outlive it.
class OutputFolder {
 public:
  // `last`: the file that makes the folder whole, or empty. With s3:// it is asked now whether the place is free:
  // ALREADY_EXISTS when it is not, any error of the store.
  static absl::StatusOr<std::unique_ptr<OutputFolder>> Create(Environment& environment, absl::string_view option,
                                                              const std::string& text, std::string last);

  const std::string& local() const { return local_; }  // Where to write; not there yet.
  const std::string& path() const { return path_; }    // As the user named it, absolute.

  // Nothing to do for a local folder. Shows how far it is; CANCELLED on an interrupt, and then nothing is left.
  absl::Status Publish(Environment& environment, const Interrupt& interrupt);

 private:
  std::string path_;
  std::string local_;
  std::string last_;
  std::unique_ptr<Staging> staging_;  // Null for a local folder.
};

}  // namespace doodle

#endif  // DOODLE_CLI_OUTPUT_FOLDER_H_
