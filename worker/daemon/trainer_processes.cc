#include "worker/daemon/trainer_processes.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <fstream>
#include <iterator>
#include <optional>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/io/file_system.h"
#include "common/status/status.h"

namespace doodle {
namespace {

constexpr int64_t kLogTail = 4096;  // Bytes.

// Descriptor of the log, open for appending.
absl::StatusOr<int> OpenLog(const std::string& path) {
  const std::string directory = path.substr(0, path.rfind('/'));
  DOODLE_RETURN_IF_ERROR(LocalFileSystem().MakeDirectories(directory));
  const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (fd < 0) return absl::ErrnoToStatus(errno, path);
  return fd;
}

// A trainer starts with default signals, none blocked, in a group of its own: Ctrl-C in a terminal is for the daemon,
// which then asks its trainers to leave.
absl::Status SetAttributes(posix_spawnattr_t& attributes) {
  sigset_t none;
  sigset_t all;
  sigemptyset(&none);
  sigfillset(&all);
  int error = posix_spawnattr_setsigmask(&attributes, &none);
  if (error == 0) error = posix_spawnattr_setsigdefault(&attributes, &all);
  if (error == 0) error = posix_spawnattr_setpgroup(&attributes, 0);
  const int flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP;
  if (error == 0) error = posix_spawnattr_setflags(&attributes, static_cast<int16_t>(flags));
  return error == 0 ? absl::OkStatus() : absl::ErrnoToStatus(error, "spawn attributes");
}

absl::Status SetFiles(posix_spawn_file_actions_t& files, int log) {
  int error = posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  if (error == 0) error = posix_spawn_file_actions_adddup2(&files, log, STDOUT_FILENO);
  if (error == 0) error = posix_spawn_file_actions_adddup2(&files, log, STDERR_FILENO);
  // Libraries do not mark every descriptor close-on-exec.
  if (error == 0) error = posix_spawn_file_actions_addclosefrom_np(&files, 3);
  return error == 0 ? absl::OkStatus() : absl::ErrnoToStatus(error, "spawn file actions");
}

std::vector<char*> Pointers(std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  pointers.reserve(strings.size() + 1);
  for (std::string& text : strings) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

absl::StatusOr<pid_t> Spawn(std::vector<std::string> arguments, std::vector<std::string> environment, int log) {
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_t files;
  posix_spawnattr_init(&attributes);
  posix_spawn_file_actions_init(&files);
  const absl::Cleanup destroy = [&] {
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&files);
  };
  DOODLE_RETURN_IF_ERROR(SetAttributes(attributes));
  DOODLE_RETURN_IF_ERROR(SetFiles(files, log));
  pid_t pid = 0;
  const int error = posix_spawn(&pid, arguments[0].c_str(), &files, &attributes, Pointers(arguments).data(),
                                Pointers(environment).data());
  if (error != 0) return absl::ErrnoToStatus(error, arguments[0]);
  return pid;
}

std::string ReadTail(const std::string& path, int64_t from) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  const int64_t size = file.tellg();
  if (!file || size <= from) return "";
  file.seekg(std::max(from, size - kLogTail));
  return std::string(std::istreambuf_iterator<char>(file), {});
}

// What the exit reports carry is text.
std::string AsciiOnly(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) >= 0x80; }, '?');
  return text;
}

// Empty: still running. With SIGCHLD ignored the kernel reaps children itself: the process is gone all the same, and
// its descriptor would stay readable for ever.
std::optional<ProcessExit> Reap(int pidfd) {
  siginfo_t info{};
  if (waitid(P_PIDFD, static_cast<id_t>(pidfd), &info, WEXITED | WNOHANG) != 0) {
    return errno == ECHILD ? std::optional(ProcessExit{-1, 0, ""}) : std::nullopt;
  }
  if (info.si_pid == 0) return std::nullopt;
  const bool exited = info.si_code == CLD_EXITED;
  return ProcessExit{exited ? info.si_status : -1, exited ? 0 : info.si_status, ""};
}

}  // namespace

std::string TrainerLogPath(const v1::Assignment& assignment) {
  return absl::StrFormat("%s/logs/g%06d-r%d.log", assignment.job_directory(), assignment.generation(),
                         assignment.rank());
}

TrainerProcesses::TrainerProcesses(Options options) : options_(std::move(options)) {}

TrainerProcesses::~TrainerProcesses() {
  for (auto& [id, running] : running_) {
    kill(running.pid, SIGKILL);
    waitpid(running.pid, nullptr, 0);
    close(running.pidfd);
  }
}

absl::StatusOr<ProcessId> TrainerProcesses::Start(uint32_t slot, const std::string& token,
                                                  const v1::Assignment& assignment) {
  Running running;
  running.log = TrainerLogPath(assignment);
  DOODLE_ASSIGN_OR_RETURN(const int log, OpenLog(running.log), "log");
  const absl::Cleanup close_log = [log] { close(log); };
  running.log_start = lseek(log, 0, SEEK_END);
  TrainerEnvironment environment = options_.environment;
  environment.token = token;
  DOODLE_ASSIGN_OR_RETURN(running.pid,
                          Spawn({options_.program, "train", "--socket", options_.socket, "--slot", absl::StrCat(slot)},
                                EnvironmentOf(environment, InheritedEnvironment()), log));
  // The child is not reaped yet, so its pid cannot have been used again.
  running.pidfd = static_cast<int>(syscall(SYS_pidfd_open, running.pid, 0));
  if (running.pidfd < 0) {
    const absl::Status status = absl::ErrnoToStatus(errno, "pidfd_open");
    kill(running.pid, SIGKILL);
    waitpid(running.pid, nullptr, 0);
    return status;
  }
  running_.emplace(++last_, std::move(running));
  return last_;
}

void TrainerProcesses::Kill(ProcessId process) {
  const auto found = running_.find(process);
  if (found != running_.end()) kill(found->second.pid, SIGKILL);
}

bool TrainerProcesses::IsStopped(ProcessId process) {
  const auto found = running_.find(process);
  if (found == running_.end()) return false;
  std::ifstream stat(absl::StrCat("/proc/", found->second.pid, "/stat"));
  const std::string text{std::istreambuf_iterator<char>(stat), {}};
  // "pid (name) state ...", and a name may hold anything.
  const size_t name_end = text.rfind(") ");
  return name_end != std::string::npos && name_end + 2 < text.size() && text[name_end + 2] == 'T';
}

std::vector<int> TrainerProcesses::ExitDescriptors() const {
  std::vector<int> descriptors;
  for (const auto& [id, running] : running_) descriptors.push_back(running.pidfd);
  return descriptors;
}

std::vector<std::pair<ProcessId, ProcessExit>> TrainerProcesses::TakeExits() {
  std::vector<std::pair<ProcessId, ProcessExit>> exits;
  for (auto it = running_.begin(); it != running_.end();) {
    const Running& running = it->second;
    std::optional<ProcessExit> exit = Reap(running.pidfd);
    if (!exit) {
      ++it;
      continue;
    }
    exit->log_tail = AsciiOnly(ReadTail(running.log, running.log_start));
    exits.emplace_back(it->first, *std::move(exit));
    close(running.pidfd);
    it = running_.erase(it);
  }
  return exits;
}

}  // namespace doodle
