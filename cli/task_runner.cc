#include "cli/task_runner.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <unistd.h>

#include <csignal>
#include <memory>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "cli/child_process.h"
#include "cli/exit_code.h"
#include "cli/file_descriptor.h"
#include "cli/format.h"
#include "cli/interrupt.h"
#include "cli/task_event_reader.h"
#include "common/status/status.h"

namespace doodle {

namespace {

constexpr off_t kErrorTail = 2000;  // Bytes.

// A task under way: what its events have told so far.
struct TaskState {
  TaskEventReader events;
  v1::TaskResult result;
  std::optional<v1::TaskStatus> status;
};

// A file in memory that holds `content`, read from its start.
absl::StatusOr<FileDescriptor> MemoryFile(const char* name, const std::string& content) {
  FileDescriptor file(memfd_create(name, MFD_CLOEXEC));
  const bool written = write(file.get(), content.data(), content.size()) == static_cast<ssize_t>(content.size());
  if (!written || lseek(file.get(), 0, SEEK_SET) != 0) return absl::InternalError("cannot make a file in memory");
  return file;
}

std::string Tail(int file) {
  const off_t size = lseek(file, 0, SEEK_END);
  std::string text(static_cast<size_t>(std::min(size, kErrorTail)), '\0');
  const ssize_t got = pread(file, text.data(), text.size(), size - static_cast<off_t>(text.size()));
  text.resize(static_cast<size_t>(std::max<ssize_t>(got, 0)));
  return text;
}

void ShowProgress(Console& console, const std::string& doing, const v1::TaskProgress& progress) {
  const std::string total = progress.total() == 0 ? "" : absl::StrCat(" of ", CountText(progress.total()));
  console.Transient(absl::StrCat(doing, ": ", CountText(progress.done()), total));
}

absl::Status Take(Console& console, const std::string& doing, TaskState& state) {
  while (true) {
    DOODLE_ASSIGN_OR_RETURN(const std::optional<v1::TaskEvent> event, state.events.Next());
    if (!event.has_value()) return absl::OkStatus();
    if (event->has_progress()) ShowProgress(console, doing, event->progress());
    if (event->has_result()) state.result = event->result();
    if (event->has_status()) state.status = event->status();
  }
}

// Reads the trainer's events until it closes its output.
absl::Status ReadEvents(Console& console, const std::string& doing, int output, ChildProcess& trainer,
                        TaskState& state) {
  const Interrupt interrupt;
  char bytes[65536];
  while (true) {
    pollfd entries[2] = {{output, POLLIN, 0}, {interrupt.fd(), POLLIN, 0}};
    if (poll(entries, 2, -1) < 0) continue;
    if (entries[1].revents != 0) {
      trainer.Signal(SIGKILL);  // A task has nothing to save: its output appears whole or not at all.
      return Interrupted("");
    }
    const ssize_t got = read(output, bytes, sizeof(bytes));
    if (got <= 0) return absl::OkStatus();
    state.events.Append(absl::string_view(bytes, static_cast<size_t>(got)));
    DOODLE_RETURN_IF_ERROR(Take(console, doing, state));
  }
}

}  // namespace

absl::StatusOr<v1::TaskResult> RunTask(Environment& environment, const std::string& task, const std::string& doing,
                                       const v1::TaskSpec& spec) {
  DOODLE_ASSIGN_OR_RETURN(const std::string program, FindProgram(environment, "doodle-trainer", "DOODLE_TRAINER"));
  DOODLE_ASSIGN_OR_RETURN(const FileDescriptor spec_file, MemoryFile("task", spec.SerializeAsString()));
  DOODLE_ASSIGN_OR_RETURN(const FileDescriptor error_file, MemoryFile("error", ""));
  int pipe_ends[2];
  if (pipe2(pipe_ends, O_CLOEXEC) != 0) return absl::ResourceExhaustedError("cannot make a pipe");
  const FileDescriptor output(pipe_ends[0]);
  FileDescriptor input(pipe_ends[1]);
  DOODLE_ASSIGN_OR_RETURN(const auto trainer, ChildProcess::Spawn({.program = program,
                                                                   .arguments = {task, "--spec-fd", "3"},
                                                                   .output = input.get(),
                                                                   .error = error_file.get(),
                                                                   .third = spec_file.get()}));
  input.Close();
  TaskState state;
  absl::Status read = ReadEvents(environment.console, doing, output.get(), *trainer, state);
  environment.console.ClearTransient();
  if (!read.ok()) return read;
  const ProcessExit end = trainer->Wait();
  if (!state.status.has_value()) {
    return absl::InternalError(
        absl::StrCat("doodle-trainer ", task, " ended without a result (", end.Text(), ")\n", Tail(error_file.get())));
  }
  const auto code = static_cast<absl::StatusCode>(state.status->code());
  if (code != absl::StatusCode::kOk) return absl::Status(code, state.status->message());
  return std::move(state.result);
}

}  // namespace doodle
