// Settings of the trainer's process that make a step on CPUs a fifth faster: allocator, threads, primitive cache.
#ifndef DOODLE_WORKER_TORCH_PROCESS_TUNING_H_
#define DOODLE_WORKER_TORCH_PROCESS_TUNING_H_

#include "absl/status/status.h"

namespace doodle {

struct ProcessTuning {
  int threads = 1;  // OpenMP threads of one operator: cores / ranks of the machine, at least 1.
};

// First thing in main, once, before any other thread and before the first operator.
// - malloc: blocks up to 1 GiB come from the heap and memory is never given back, so that the activations of a step
//   are not mapped, zeroed and unmapped by the kernel every step; two arenas.
// - oneDNN keeps at most 512 compiled primitives instead of 1024 (it keeps one per layer, direction and shape), unless
//   the environment says otherwise. A step must fit: at 64, resnet18 in bf16 compiles anew every step, a tenth slower.
// - one inter-operator thread; `threads` intra-operator threads.
// INVALID_ARGUMENT when threads < 1. OMP_WAIT_POLICY=PASSIVE cannot be set here: OpenMP reads it when it is loaded,
// so whoever starts the trainer sets it.
absl::Status TuneProcess(const ProcessTuning& tuning);

}  // namespace doodle

#endif  // DOODLE_WORKER_TORCH_PROCESS_TUNING_H_
