// The test program, which a daemon under test also starts as its trainer: then it plays one. The dataset directory of
// its assignment says what it does: "finish", "exit3", "freeze", or wait for more.
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>

#include "absl/strings/numbers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "worker/link/parent_death.h"
#include "worker/link/trainer_link.h"

namespace doodle {
namespace {

// Tells what it was started with through the key-value service, under the name `started`.
absl::Status TellStart(TrainerLink& link) {
  const char* threads = std::getenv("OMP_NUM_THREADS");
  return link.Set("started", threads == nullptr ? "none" : threads);
}

int RunAsTrainer(int argc, char** argv) {
  if (!DieWithTrainerParent().ok() || argc != 6) return 90;
  TrainerLink::Options options;
  options.socket = argv[3];
  options.token = std::getenv("DOODLE_TRAINER_TOKEN");
  if (!absl::SimpleAtoi(argv[5], &options.slot)) return 91;
  auto link = TrainerLink::Connect(options, RealClock());
  if (!link.ok()) return 92;
  std::fprintf(stderr, "a trainer speaks\n");
  for (uint64_t generation = 0;;) {
    const auto gang = (*link)->AwaitAssignment(generation, absl::Minutes(1));
    if (absl::IsCancelled(gang.status())) return 0;
    if (!gang.ok()) return 93;
    generation = gang->generation;
    const std::string task = (*link)->Current().dataset_directory;
    if (task == "exit3") return 3;
    if (task == "freeze") raise(SIGSTOP);
    if (!TellStart(**link).ok() || !(*link)->ReportFormed({generation, 0, "seed", {}}).ok()) return 94;
    (*link)->ReportMetrics({{"doodle_train_loss", {{"job", gang->job}}, 0.25}});
    (*link)->ReportProgress({.next_step = generation + 1});
    if (task == "finish") return (*link)->ReportFinished({10, 0, {}}).ok() ? 0 : 95;
  }
}

}  // namespace
}  // namespace doodle

int main(int argc, char** argv) {
  if (std::getenv("DOODLE_TRAINER_TOKEN") != nullptr) return doodle::RunAsTrainer(argc, argv);
  testing::InitGoogleMock(&argc, argv);
  return RUN_ALL_TESTS();
}
