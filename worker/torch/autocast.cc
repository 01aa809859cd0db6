#include "worker/torch/autocast.h"

#include "ATen/autocast_mode.h"

namespace doodle {

DeviceTraits CpuTraits() {
  static const bool native_bf16 = __builtin_cpu_supports("avx512bf16");  // Every CPU with AMX has it too.
  return {.type = c10::kCPU, .native_bf16 = native_bf16};
}

absl::StatusOr<Precision> ResolvePrecision(Precision asked, const DeviceTraits& device) {
  bool on_cpu = device.type == c10::kCPU;
  switch (asked) {
    case Precision::kAuto:
      if (device.native_bf16) return Precision::kBf16;
      return on_cpu ? Precision::kFp32 : Precision::kFp16;
    case Precision::kFp16:
      if (on_cpu) return absl::InvalidArgumentError("precision: fp16 needs a GPU; a CPU runs fp32 or bf16");
      return asked;
    case Precision::kFp32:
    case Precision::kBf16:
      return asked;
  }
  return absl::InvalidArgumentError("precision: unknown");
}

AutocastGuard::AutocastGuard(Precision precision, c10::DeviceType type)
    : type_(type), active_(precision == Precision::kBf16 || precision == Precision::kFp16) {
  if (!active_) return;
  was_enabled_ = at::autocast::is_autocast_enabled(type_);
  previous_type_ = at::autocast::get_autocast_dtype(type_);
  at::autocast::set_autocast_enabled(type_, true);
  at::autocast::set_autocast_dtype(type_, precision == Precision::kBf16 ? at::kBFloat16 : at::kHalf);
  at::autocast::increment_nesting();
}

AutocastGuard::~AutocastGuard() {
  if (!active_) return;
  if (at::autocast::decrement_nesting() == 0) at::autocast::clear_cache();
  at::autocast::set_autocast_dtype(type_, previous_type_);
  at::autocast::set_autocast_enabled(type_, was_enabled_);
}

}  // namespace doodle
