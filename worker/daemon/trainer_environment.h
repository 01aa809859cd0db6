// The environment variables that a trainer starts with.
#ifndef DOODLE_WORKER_DAEMON_TRAINER_ENVIRONMENT_H_
#define DOODLE_WORKER_DAEMON_TRAINER_ENVIRONMENT_H_

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace doodle {

struct TrainerEnvironment {
  std::string token;            // Goes to the trainer in DOODLE_TRAINER_TOKEN; never into a log or an argument.
  pid_t daemon = 0;             // DOODLE_TRAINER_PARENT
  int cores = 1;                // Shared by `slots` trainers: cores / slots OpenMP and MKL threads each, at least one.
  uint32_t slots = 1;           // At least 1.
  bool loopback = false;        // The coordinator is on this machine: Gloo uses the interface lo.
  std::string cache_directory;  // Of s3:// datasets; goes to the trainer in DOODLE_CACHE_DIR.
  uint64_t cache_limit_mib = 10240;  // DOODLE_CACHE_LIMIT_MIB; 0: without a cache.
};

// `inherited` ("NAME=value" each) with what is missing added. Thread counts, OMP_WAIT_POLICY (an idle thread that spins
// takes a core from the other trainers) and GLOO_SOCKET_IFNAME stay as the user set them. Pure.
std::vector<std::string> EnvironmentOf(const TrainerEnvironment& trainer, const std::vector<std::string>& inherited);

// This process's own, without the variables that only a trainer has.
std::vector<std::string> InheritedEnvironment();

// Those of `environment` that decide how ranks find each other and their devices (NCCL_*, TORCH_NCCL_*, GLOO_*,
// CUDA_VISIBLE_DEVICES, OMP_*, MKL_*), for the log.
std::vector<std::string> NotableVariables(const std::vector<std::string>& environment);

}  // namespace doodle

#endif  // DOODLE_WORKER_DAEMON_TRAINER_ENVIRONMENT_H_
