// doodle-bench-step --model resnet18 --size 32 --batch 64 --ranks 2 [--precision fp32|bf16|auto] [--seconds 4]
// Starts the ranks as processes of itself, as torchrun does for the peer, and prints rank 0's result as one JSON line.
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "bench/step/rank.h"
#include "common/ids/random_id.h"
#include "common/time/clock.h"
#include "worker/torch/process_tuning.h"

namespace doodle {
namespace {

int RunOne(const RankOptions& options) {
  absl::Status status = TuneProcess({1});
  absl::StatusOr<RankResult> result = status.ok() ? RunRank(options, RealClock()) : status;
  if (!result.ok()) {
    std::cerr << "doodle-bench-step: rank " << options.rank << ": " << result.status().message() << std::endl;
    return 1;
  }
  if (options.rank == 0) {
    std::cout << "{\"images_per_second\": " << result->images_per_second << ", \"losses\": ["
              << absl::StrJoin(result->losses, ", ") << "]}" << std::endl;
  }
  return 0;
}

pid_t Spawn(std::vector<std::string> arguments, uint32_t rank, const std::string& store) {
  arguments.insert(arguments.end(), {"--rank", absl::StrCat(rank), "--store", store});
  std::vector<char*> argv;
  argv.reserve(arguments.size() + 1);
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);
  pid_t child = 0;
  return posix_spawn(&child, "/proc/self/exe", nullptr, nullptr, argv.data(), environ) == 0 ? child : -1;
}

int RunAll(const std::vector<std::string>& arguments, uint32_t ranks) {
  // As the daemon starts its trainers.
  setenv("OMP_NUM_THREADS", "1", /*replace=*/1);
  setenv("OMP_WAIT_POLICY", "PASSIVE", /*replace=*/1);
  const std::string store = std::filesystem::temp_directory_path() / ("doodle-bench-" + RandomHex());
  std::vector<pid_t> children;
  for (uint32_t rank = 0; rank < ranks; ++rank) children.push_back(Spawn(arguments, rank, store));
  bool good = true;
  for (const pid_t child : children) {
    int status = 0;
    good &= child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
  }
  std::filesystem::remove(store);
  return good ? 0 : 1;
}

int Main(int argc, char** argv) {
  CLI::App app("Images per second of doodle's training step.", "doodle-bench-step");
  RankOptions options;
  double seconds = 4;
  int64_t rank = -1;
  const std::map<std::string, Precision> precisions = {
      {"fp32", Precision::kFp32}, {"bf16", Precision::kBf16}, {"auto", Precision::kAuto}};
  app.add_option("--model", options.model);
  app.add_option("--size", options.size);
  app.add_option("--batch", options.batch, "samples per rank");
  app.add_option("--classes", options.classes);
  app.add_option("--ranks", options.ranks);
  app.add_option("--seconds", seconds);
  app.add_option("--steps", options.steps, "exactly so many steps instead of a time");
  app.add_option("--precision", options.precision)->transform(CLI::CheckedTransformer(precisions));
  app.add_option("--save-init", options.save_init);
  app.add_option("--save", options.save);
  app.add_option("--rank", rank, "this process is one rank")->group("");
  app.add_option("--store", options.store)->group("");
  CLI11_PARSE(app, argc, argv);
  options.duration = absl::Seconds(seconds);
  if (rank < 0) return RunAll(std::vector<std::string>(argv, argv + argc), options.ranks);
  options.rank = static_cast<uint32_t>(rank);
  return RunOne(options);
}

}  // namespace
}  // namespace doodle

// Leaves by _exit, as the trainer does.
int main(int argc, char** argv) {
  const int code = doodle::Main(argc, argv);
  std::cout.flush();
  _exit(code);
}
