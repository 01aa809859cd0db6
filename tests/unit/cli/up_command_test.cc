// `doodle up` with scripts in the daemons' place.
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/file.h>
#include <sys/socket.h>

#include <csignal>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "cli/file_descriptor.h"
#include "cli/local_cluster.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/status_matchers.h"
#include "tests/unit/cli/command_line_runner.h"

namespace doodle {
namespace {

using ::testing::HasSubstr;

// Options of both daemons are pairs, but for the last of the worker: $2 is the data dir.
constexpr char kServe[] = R"(
echo $$ > "$2/pid"; echo "$@" > "$2/arguments"
echo '{"grpc": "127.0.0.1:1111", "admin": "127.0.0.1:2222"}' > "$2/addresses.tmp"
mv "$2/addresses.tmp" "$2/addresses.json"
)";
constexpr char kForever[] = "exec tail -f /dev/null\n";

class UpCommandTest : public ::testing::Test {
 protected:
  void WriteDaemons(const std::string& coordinator_end, const std::string& worker_end) {
    runner_.WriteProgram("doodle-coordinator", kServe + coordinator_end);
    runner_.WriteProgram("doodle-worker", kServe + worker_end);
  }
  Outcome Up(const std::vector<std::string>& more = {}) {
    std::vector<std::string> arguments = {"up", "--data-dir",          "d", "--port", "0", "--admin-port",
                                          "0",  "--worker-admin-port", "0"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return runner_.Run(arguments);
  }
  bool Alive(const std::string& member) {
    const int pid = std::stoi(runner_.Read("d/" + member + "/pid"));
    return kill(pid, 0) == 0;
  }

  CommandLineRunner runner_;
};

TEST_F(UpCommandTest, CtrlCStopsEverything) {
  WriteDaemons(kForever, kForever);
  runner_.on_output = [] { raise(SIGINT); };
  const Outcome outcome = Up({"--slots", "2", "--json"});
  EXPECT_EQ(outcome.code, 0) << outcome.error;
  const auto json = nlohmann::json::parse(outcome.out);
  EXPECT_EQ(json["coordinator"], "127.0.0.1:1111");
  EXPECT_EQ(json["workers"][0]["admin"], "127.0.0.1:2222");
  EXPECT_FALSE(Alive("coordinator"));
  EXPECT_FALSE(Alive("worker-0"));
  EXPECT_FALSE(std::filesystem::exists(runner_.Path("d/addresses.json")));
  const std::string data = runner_.Path("d");
  EXPECT_EQ(runner_.Read("d/coordinator/arguments"),
            absl::StrCat("--data-dir ", data, "/coordinator --jobs-uri ", data, "/jobs --port 0 --admin-port 0\n"));
  EXPECT_EQ(runner_.Read("d/worker-0/arguments"),
            absl::StrCat("--data-dir ", data, "/worker-0 --coordinator 127.0.0.1:1111 --slots 2 --admin-port 0 ",
                         "--die-with-parent\n"));
}

TEST_F(UpCommandTest, PrintsEveryAddressAndWhatToTypeNext) {
  WriteDaemons(kForever, kForever);
  runner_.on_output = [] { raise(SIGINT); };
  const Outcome outcome = Up({"--workers", "2"});
  EXPECT_THAT(outcome.out, HasSubstr("coordinator  127.0.0.1:1111\nmetrics      http://127.0.0.1:2222/metrics\n"
                                     "worker-0     http://127.0.0.1:2222/metrics  1 slot\nworker-1     http"));
  EXPECT_THAT(outcome.out, HasSubstr("  export DOODLE_COORDINATOR=127.0.0.1:1111\n"));
  EXPECT_THAT(outcome.out, HasSubstr("data         " + runner_.Path("d") + "\n"));
  EXPECT_FALSE(Alive("worker-1"));
}

TEST_F(UpCommandTest, OneDataDirServesOneClusterAtATime) {
  runner_.Write("d/up.lock", "");
  const FileDescriptor other(open(runner_.Path("d/up.lock").c_str(), O_RDWR));
  ASSERT_EQ(flock(other.get(), LOCK_EX), 0);
  const Outcome outcome = Up();
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.error, HasSubstr("another `doodle up` uses " + runner_.Path("d")));
}

// What does not heed SIGTERM is killed.
TEST_F(UpCommandTest, StubbornWorkerIsKilledAfterTheGrace) {
  WriteDaemons(kForever, "trap '' TERM\nexec tail -f /dev/null\n");
  std::ostringstream words;
  Console console(words, words, Console::Options{});
  Environment environment = runner_.MakeEnvironment(console);
  const Interrupt interrupt;
  ClusterOptions options{.data_dir = runner_.Path("d"), .port = 0, .admin_port = 0, .worker_admin_port = 0};
  options.grace = absl::Milliseconds(50);
  auto cluster = LocalCluster::Start(environment, options, interrupt);
  ASSERT_THAT(cluster, IsOk());
  EXPECT_TRUE(Alive("worker-0"));
  (*cluster)->Stop();
  EXPECT_FALSE(Alive("worker-0"));
  EXPECT_FALSE(Alive("coordinator"));
}

TEST_F(UpCommandTest, DaemonThatDiesIsNamedWithTheEndOfItsLog) {
  WriteDaemons(kForever, "echo 'no disk left' >&2\nexit 7\n");
  const Outcome outcome = Up();
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.error, HasSubstr("worker-0 ended with exit code 7"));
  EXPECT_THAT(outcome.error, HasSubstr("no disk left"));
  EXPECT_FALSE(Alive("coordinator"));
}

TEST_F(UpCommandTest, TakenPortIsAClearError) {
  const FileDescriptor listener(socket(AF_INET, SOCK_STREAM, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  ASSERT_EQ(bind(listener.get(), reinterpret_cast<sockaddr*>(&address), size), 0);
  ASSERT_EQ(listen(listener.get(), 1), 0);
  ASSERT_EQ(getsockname(listener.get(), reinterpret_cast<sockaddr*>(&address), &size), 0);
  const std::string port = absl::StrCat(ntohs(address.sin_port));
  const Outcome taken = runner_.Run({"up", "--data-dir", "e", "--port", port});
  EXPECT_EQ(taken.code, 1);
  EXPECT_THAT(taken.error, HasSubstr("port " + port + " on 127.0.0.1 is taken"));
}

TEST_F(UpCommandTest, ProgramsThatAreNotThere) { EXPECT_EQ(Up().code, 3); }

TEST_F(UpCommandTest, NumbersOutOfRange) {
  EXPECT_EQ(Up({"--slots", "0"}).code, 2);
  EXPECT_EQ(runner_.Run({"up", "--port", "70000"}).code, 2);
}

}  // namespace
}  // namespace doodle
