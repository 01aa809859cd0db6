// Number formats of the forward and backward pass, and the collective library of a gang.
#ifndef DOODLE_COMMON_RECIPE_PRECISION_H_
#define DOODLE_COMMON_RECIPE_PRECISION_H_

namespace doodle {

// kAuto: bf16 where the device does it natively, fp16 with a scaler on V100, else fp32.
enum class Precision { kAuto, kFp32, kBf16, kFp16 };

// kAuto: NCCL when there are GPUs, else Gloo.
enum class CollectiveBackend { kAuto, kGloo, kNccl };

}  // namespace doodle

#endif  // DOODLE_COMMON_RECIPE_PRECISION_H_
