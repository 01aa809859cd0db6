// The frames of a task's events, cut out of the bytes of a pipe as they come.
#ifndef DOODLE_CLI_TASK_EVENT_READER_H_
#define DOODLE_CLI_TASK_EVENT_READER_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "doodle/v1/task_spec.pb.h"

namespace doodle {

// Little-endian uint32 length, then the message (proto/doodle/v1/task_spec.proto). Thread-compatible.
class TaskEventReader {
 public:
  void Append(absl::string_view bytes) { buffer_.append(bytes.data(), bytes.size()); }

  // The next whole event; empty when more bytes are needed. DATA_LOSS for a frame over 1 MiB or one that does not
  // parse: something else is on the pipe.
  absl::StatusOr<std::optional<v1::TaskEvent>> Next();

 private:
  std::string buffer_;
};

}  // namespace doodle

#endif  // DOODLE_CLI_TASK_EVENT_READER_H_
