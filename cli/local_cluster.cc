#include "cli/local_cluster.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/socket.h>

#include <algorithm>
#include <csignal>
#include <utility>

#include "absl/strings/str_cat.h"
#include "cli/exit_code.h"
#include "cli/file_tail.h"
#include "common/rpc/addresses_file.h"
#include "common/status/status.h"

namespace doodle {

namespace {

constexpr int kLookEveryMs = 25;
constexpr int kTailLines = 12;
constexpr absl::Duration kStartTimeout = absl::Seconds(30);

// Whether a daemon could listen on it now. A daemon's own message would come later and less plainly.
bool PortIsFree(int port) {
  if (port == 0) return true;
  const FileDescriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const int on = 1;
  setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<uint16_t>(port));
  return bind(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0;
}

absl::Status CheckPorts(const ClusterOptions& options) {
  std::vector<std::pair<int, std::string>> ports = {{options.port, "--port"}, {options.admin_port, "--admin-port"}};
  for (int i = 0; i < options.workers && options.worker_admin_port != 0; ++i) {
    ports.emplace_back(options.worker_admin_port + i, "--worker-admin-port");
  }
  for (const auto& [port, option] : ports) {
    if (PortIsFree(port)) continue;
    return absl::UnavailableError(absl::StrCat("port ", port, " on 127.0.0.1 is taken, by another `doodle up`? ",
                                               option, " 0 takes any free one"));
  }
  return absl::OkStatus();
}

// Waits `kLookEveryMs`, or less when `descriptor` becomes readable; -1: none.
void Pause(int descriptor) {
  pollfd entry{descriptor, POLLIN, 0};
  poll(&entry, 1, kLookEveryMs);
}

}  // namespace

LocalCluster::LocalCluster(Environment& environment, ClusterOptions options, const Interrupt& interrupt)
    : environment_(environment), options_(std::move(options)), interrupt_(interrupt) {}

LocalCluster::~LocalCluster() { Stop(); }

absl::StatusOr<std::unique_ptr<LocalCluster>> LocalCluster::Start(Environment& environment,
                                                                  const ClusterOptions& options,
                                                                  const Interrupt& interrupt) {
  std::unique_ptr<LocalCluster> cluster(new LocalCluster(environment, options, interrupt));
  DOODLE_RETURN_IF_ERROR(environment.files.MakeDirectories(absl::StrCat(options.data_dir, "/logs")));
  DOODLE_RETURN_IF_ERROR(cluster->LockDataDir());
  DOODLE_RETURN_IF_ERROR(CheckPorts(options));
  DOODLE_RETURN_IF_ERROR(cluster->StartCoordinator());
  for (int i = 0; i < options.workers; ++i) DOODLE_RETURN_IF_ERROR(cluster->StartWorker(i));
  for (int i = 0; i < options.workers; ++i) {
    DOODLE_ASSIGN_OR_RETURN(Addresses addresses, cluster->AwaitAddresses(cluster->members_[i + 1]));
    cluster->addresses_.workers.push_back(std::move(addresses.admin));
  }
  return cluster;
}

absl::Status LocalCluster::LockDataDir() {
  const std::string path = absl::StrCat(options_.data_dir, "/up.lock");
  lock_ = FileDescriptor(open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
  if (lock_.get() < 0) return absl::PermissionDeniedError(absl::StrCat("cannot write ", path));
  if (flock(lock_.get(), LOCK_EX | LOCK_NB) == 0) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("another `doodle up` uses ", options_.data_dir, "; --data-dir names another"));
}

absl::Status LocalCluster::StartCoordinator() {
  const std::string data_dir = absl::StrCat(options_.data_dir, "/coordinator");
  DOODLE_RETURN_IF_ERROR(
      Launch("doodle-coordinator", "coordinator",
             {"--data-dir", data_dir, "--jobs-uri", absl::StrCat(options_.data_dir, "/jobs"), "--port",
              absl::StrCat(options_.port), "--admin-port", absl::StrCat(options_.admin_port)}));
  DOODLE_ASSIGN_OR_RETURN(Addresses addresses, AwaitAddresses(members_.front()));
  addresses_.coordinator = std::move(addresses.grpc);
  addresses_.admin = std::move(addresses.admin);
  return absl::OkStatus();
}

absl::Status LocalCluster::StartWorker(int index) {
  const std::string name = absl::StrCat("worker-", index);
  const int port = options_.worker_admin_port == 0 ? 0 : options_.worker_admin_port + index;
  return Launch("doodle-worker", name,
                {"--data-dir", absl::StrCat(options_.data_dir, "/", name), "--coordinator", addresses_.coordinator,
                 "--slots", absl::StrCat(options_.slots), "--admin-port", absl::StrCat(port), "--die-with-parent"});
}

absl::Status LocalCluster::Launch(const std::string& program, const std::string& name,
                                  std::vector<std::string> arguments) {
  const std::string base = absl::StrCat(options_.data_dir, "/", name);
  Member member{.name = name,
                .log = absl::StrCat(options_.data_dir, "/logs/", name, ".log"),
                .data_dir = base,
                .process = nullptr};
  DOODLE_ASSIGN_OR_RETURN(const std::string path, FindProgram(environment_, program, ""));
  DOODLE_RETURN_IF_ERROR(environment_.files.MakeDirectories(base));
  // One of an earlier run would be taken for this one's.
  DOODLE_RETURN_IF_ERROR(RemoveAddresses(environment_.files, base));
  const FileDescriptor log(open(member.log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644));
  if (log.get() < 0) return absl::PermissionDeniedError(absl::StrCat("cannot write ", member.log));
  DOODLE_ASSIGN_OR_RETURN(member.process, ChildProcess::Spawn({.program = path,
                                                               .arguments = std::move(arguments),
                                                               .output = log.get(),
                                                               .error = log.get(),
                                                               .no_terminal_signals = true}));
  members_.push_back(std::move(member));
  return absl::OkStatus();
}

absl::StatusOr<Addresses> LocalCluster::AwaitAddresses(const Member& member) {
  const absl::Duration deadline = environment_.clock.SteadyNow() + kStartTimeout;
  while (environment_.clock.SteadyNow() < deadline) {
    absl::StatusOr<Addresses> addresses = ReadAddresses(environment_.files, member.data_dir);
    if (!absl::IsNotFound(addresses.status())) return addresses;
    DOODLE_RETURN_IF_ERROR(CheckMembers());
    if (interrupt_.raised()) return Interrupted("");
    Pause(interrupt_.fd());
  }
  return absl::DeadlineExceededError(absl::StrCat(member.name, " does not say where it listens after ",
                                                  absl::FormatDuration(kStartTimeout), "; its log is ", member.log));
}

absl::Status LocalCluster::CheckMembers() {
  for (Member& member : members_) {
    const std::optional<ProcessExit> exit = member.process->Poll();
    if (!exit.has_value()) continue;
    return absl::AbortedError(absl::StrCat(member.name, " ended with ", exit->Text(), "; the end of ", member.log,
                                           ":\n", FileTail(environment_.files, member.log, kTailLines)));
  }
  return absl::OkStatus();
}

absl::Status LocalCluster::Run() {
  while (!interrupt_.raised()) {
    DOODLE_RETURN_IF_ERROR(CheckMembers());
    Pause(interrupt_.fd());
  }
  return absl::OkStatus();
}

void LocalCluster::Stop() {
  const auto stop = [&](auto first, auto last) {
    std::for_each(first, last, [](Member& member) { member.process->Signal(SIGTERM); });
    const absl::Duration deadline = environment_.clock.SteadyNow() + options_.grace;
    const auto ended = [](Member& member) { return member.process->Poll().has_value(); };
    while (!std::all_of(first, last, ended) && environment_.clock.SteadyNow() < deadline) Pause(-1);
  };
  if (members_.empty()) return;
  stop(members_.begin() + 1, members_.end());
  members_.erase(members_.begin() + 1, members_.end());  // Kills whoever is left.
  stop(members_.begin(), members_.end());
  members_.clear();
}

}  // namespace doodle
