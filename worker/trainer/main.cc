// doodle-trainer train --socket PATH --slot N      one rank of a job, started by doodle-worker
// doodle-trainer predict|evaluate|export --spec-fd 3
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <memory>
#include <string>
#include <thread>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "common/log/log.h"
#include "common/status/status.h"
#include "common/storage/storage_files.h"
#include "common/time/clock.h"
#include "worker/collective/cuda_device.h"
#include "worker/link/parent_death.h"
#include "worker/link/trainer_link.h"
#include "worker/torch/process_tuning.h"
#include "worker/trainer/task_runner.h"
#include "worker/trainer/train_job.h"

namespace doodle {
namespace {

constexpr int kDoneExit = 0;
constexpr int kFailedExit = 1;
constexpr int kUsageExit = 2;

std::string FromEnvironment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

int Cores() { return std::max(1, static_cast<int>(std::thread::hardware_concurrency())); }

// The daemon divides the cores among its slots and says so in OMP_NUM_THREADS; a task has the machine to itself.
absl::Status Tune() {
  int threads = 0;
  if (!absl::SimpleAtoi(FromEnvironment("OMP_NUM_THREADS"), &threads) || threads < 1) threads = Cores();
  return TuneProcess({threads});
}

std::string BesideThisProgram(const std::string& name) {
  std::error_code error;
  const std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe", error);
  return self.parent_path() / name;
}

// Before the first call into LibTorch: it asks for CUDA once and remembers the answer.
std::unique_ptr<CudaDevice> OpenGpu(uint32_t slot, absl::Status& why_not) {
  absl::StatusOr<std::unique_ptr<CudaDevice>> gpu = CudaDevice::Open(BesideThisProgram("doodle-cuda.so"), slot);
  if (gpu.ok()) {
    LogInfo("GPU", {{"device", (*gpu)->device().str()}, {"name", (*gpu)->name()}});
    return *std::move(gpu);
  }
  why_not = gpu.status();
  if (MachineHasGpu()) LogWarning("GPU not used", {{"reason", why_not.ToString()}});
  return nullptr;
}

absl::Status Train(TrainerLink::Options link_options, TrainJobOptions options) {
  const std::unique_ptr<CudaDevice> gpu = OpenGpu(link_options.slot, options.job.no_gpu);
  options.job.gpu = gpu.get();
  DOODLE_RETURN_IF_ERROR(Tune());
  link_options.token = FromEnvironment("DOODLE_TRAINER_TOKEN");
  options.slot = link_options.slot;
  ActivityBoard activity;
  options.activity = &activity;
  link_options.activity = &activity;
  DOODLE_ASSIGN_OR_RETURN(const std::unique_ptr<TrainerLink> link,
                          TrainerLink::Connect(std::move(link_options), RealClock()), "daemon");
  return TrainJob(options, *link, ProcessStorageFiles(), RealClock());
}

absl::Status RunTuned(const std::string& task, int spec_fd) {
  DOODLE_RETURN_IF_ERROR(Tune());
  return RunTask(task, spec_fd, STDOUT_FILENO, ProcessStorageFiles(), RealClock());
}

int Main(int argc, char** argv) {
  CLI::App app("Trains one rank of a job, or runs a single task.", "doodle-trainer");
  app.require_subcommand(1);
  TrainerLink::Options link;
  TrainJobOptions options;
  CLI::App* train = app.add_subcommand("train", "One rank of a job, for the daemon that started it.");
  train->add_option("--socket", link.socket, "Unix socket of the daemon")->required();
  train->add_option("--slot", link.slot, "Number of this trainer's slot")->required();
  train->add_option("--render-threads", options.render_threads, "Threads that draw batches")->check(CLI::Range(1, 64));
  int spec_fd = -1;
  for (const char* task : {"predict", "evaluate", "export"}) {
    CLI::App* command = app.add_subcommand(task, "A single task; events go to standard output.");
    command->add_option("--spec-fd", spec_fd, "Descriptor to read the task from")->required();
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kDoneExit : kUsageExit;
  }
  InitLog("doodle-trainer", LogFormat::kKeyValue);
  const std::string command = app.get_subcommands().front()->get_name();
  const absl::Status status = command == "train" ? Train(link, std::move(options)) : RunTuned(command, spec_fd);
  if (!status.ok()) LogError("trainer ends", {{"reason", status.ToString()}});
  return status.ok() ? kDoneExit : kFailedExit;
}

}  // namespace
}  // namespace doodle

// Leaves by _exit: threads of LibTorch may still run, and its static destructors do not expect that.
int main(int argc, char** argv) {
  if (const absl::Status status = doodle::DieWithTrainerParent(); !status.ok()) {
    std::cerr << "doodle-trainer: " << status.message() << std::endl;
    return doodle::kFailedExit;
  }
  signal(SIGPIPE, SIG_IGN);  // A reader or peer that is gone is an error of write(), not the end of the process.
  const int code = doodle::Main(argc, argv);
  std::cout.flush();
  std::cerr.flush();
  _exit(code);
}
