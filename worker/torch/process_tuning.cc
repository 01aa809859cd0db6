#include "worker/torch/process_tuning.h"

#include <malloc.h>

#include <cstdlib>
#include <limits>

#include "ATen/Parallel.h"
#include "absl/strings/str_cat.h"
#include "common/log/log.h"
#include "worker/torch/fence.h"

namespace doodle {
namespace {

void TuneAllocator() {
  constexpr int kOneGiB = 1 << 30;
  bool accepted = mallopt(M_MMAP_THRESHOLD, kOneGiB) == 1;
  accepted = mallopt(M_TRIM_THRESHOLD, std::numeric_limits<int>::max()) == 1 && accepted;
  accepted = mallopt(M_ARENA_MAX, 2) == 1 && accepted;
  if (!accepted) LogWarning("allocator refused a setting", {{"effect", "steps may be slower"}});
}

}  // namespace

absl::Status TuneProcess(const ProcessTuning& tuning) {
  if (tuning.threads < 1) {
    return absl::InvalidArgumentError(absl::StrCat("threads must be at least 1, not ", tuning.threads));
  }
  TuneAllocator();
  setenv("ONEDNN_PRIMITIVE_CACHE_CAPACITY", "512", /*overwrite=*/0);
  return CatchTorch("thread settings", [&] {
    at::set_num_interop_threads(1);
    at::set_num_threads(tuning.threads);
  });
}

}  // namespace doodle
