#include "worker/daemon/trainer_environment.h"

#include <unistd.h>

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace doodle {
namespace {

void SetIfAbsent(std::vector<std::string>& environment, absl::string_view name, absl::string_view value) {
  const std::string prefix = absl::StrCat(name, "=");
  const bool present = std::any_of(environment.begin(), environment.end(),
                                   [&](const std::string& variable) { return absl::StartsWith(variable, prefix); });
  if (!present) environment.push_back(absl::StrCat(prefix, value));
}

}  // namespace

std::vector<std::string> EnvironmentOf(const TrainerEnvironment& trainer, const std::vector<std::string>& inherited) {
  std::vector<std::string> environment = inherited;
  environment.push_back(absl::StrCat("DOODLE_TRAINER_TOKEN=", trainer.token));
  environment.push_back(absl::StrCat("DOODLE_TRAINER_PARENT=", trainer.daemon));
  environment.push_back(absl::StrCat("DOODLE_CACHE_DIR=", trainer.cache_directory));
  environment.push_back(absl::StrCat("DOODLE_CACHE_LIMIT_MIB=", trainer.cache_limit_mib));
  const int threads = std::max(1, trainer.cores / static_cast<int>(trainer.slots));
  SetIfAbsent(environment, "OMP_NUM_THREADS", absl::StrCat(threads));
  SetIfAbsent(environment, "MKL_NUM_THREADS", absl::StrCat(threads));
  SetIfAbsent(environment, "OMP_WAIT_POLICY", "PASSIVE");
  if (trainer.loopback) SetIfAbsent(environment, "GLOO_SOCKET_IFNAME", "lo");
  return environment;
}

std::vector<std::string> InheritedEnvironment() {
  std::vector<std::string> environment;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    const bool own = absl::StartsWith(*variable, "DOODLE_TRAINER_") || absl::StartsWith(*variable, "DOODLE_CACHE_");
    if (!own) environment.emplace_back(*variable);
  }
  return environment;
}

std::vector<std::string> NotableVariables(const std::vector<std::string>& environment) {
  std::vector<std::string> notable;
  for (const std::string& variable : environment) {
    for (const char* prefix : {"NCCL_", "TORCH_NCCL_", "GLOO_", "CUDA_VISIBLE_DEVICES=", "OMP_", "MKL_"}) {
      if (absl::StartsWith(variable, prefix)) notable.push_back(variable);
    }
  }
  return notable;
}

}  // namespace doodle
