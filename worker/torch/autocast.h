// Mixed precision: which number format a device runs natively, and the scope in which operators use it.
#ifndef DOODLE_WORKER_TORCH_AUTOCAST_H_
#define DOODLE_WORKER_TORCH_AUTOCAST_H_

#include "absl/status/statusor.h"
#include "c10/core/DeviceType.h"
#include "c10/core/ScalarType.h"
#include "common/recipe/precision.h"

namespace doodle {

struct DeviceTraits {
  c10::DeviceType type = c10::kCPU;
  bool native_bf16 = false;  // CPU: AVX512_BF16 or AMX; GPU: compute capability 8.0 or higher.
};

// Of this machine's CPU; the instruction set is asked once. Thread-safe.
DeviceTraits CpuTraits();

// Never kAuto. kAuto: bf16 where it is native, else fp16 on a GPU and fp32 on a CPU. INVALID_ARGUMENT for fp16 on a
// CPU. bf16 is granted where asked for by name, even where it is emulated.
absl::StatusOr<Precision> ResolvePrecision(Precision asked, const DeviceTraits& device);

// While it lives, operators of this thread on `type` run in `precision` where that is safe (PyTorch's autocast lists).
// Scope: forward and loss, never backward. The end of the outermost scope drops the cached copies of the weights:
// without that the next step would train on old ones. kFp32 (and kAuto) does nothing. Single-threaded: its creator.
class AutocastGuard {
 public:
  AutocastGuard(Precision precision, c10::DeviceType type);
  ~AutocastGuard();
  AutocastGuard(const AutocastGuard&) = delete;
  AutocastGuard& operator=(const AutocastGuard&) = delete;

 private:
  const c10::DeviceType type_;
  const bool active_;
  bool was_enabled_ = false;
  c10::ScalarType previous_type_ = c10::ScalarType::Float;
};

}  // namespace doodle

#endif  // DOODLE_WORKER_TORCH_AUTOCAST_H_
