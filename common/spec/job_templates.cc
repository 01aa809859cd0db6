#include "common/spec/job_templates.h"

#include "common/spec/spec_checks.h"

namespace doodle {
namespace {

constexpr char kQuick[] = R"(# Ten classes at 32 pixels: about two minutes on two CPU cores.
# Every field with its default: docs/guides/job-file.md. `doodle submit --set a.b=c` changes one for a run.
name: quick
dataset: file:///tmp/quickdraw   # The directory that `doodle ingest ... --out` wrote.

data:
  split: train                   # The rest, `valid`, is never trained on.
  classes: [cat, house, tree, star, fish, bicycle, clock, umbrella, The Eiffel Tower, apple]

model: {name: resnet18, in_channels: 1}
raster: {size: 32, line_width: 1.5, fit: center, channels: gray, normalize: unit}
loss: {label_smoothing: 0.1}
optimizer: {name: adamw, weight_decay: 0.05}

stages:
  - name: all
    epochs: 10
    global_batch: 64             # Over all ranks together, however many there are.
    # Set anew for each batch: up to max_lr over the first fifth, then down to almost nothing.
    schedule: {kind: one_cycle, max_lr: 4.0e-3, pct_start: 0.2}

precision: auto                  # bf16 where the processor has it, else fp32.
ranks: {min: 1, max: 2}          # Trainers. The job starts with one and takes a second.
evaluate: {split: valid, every: 1ep}
checkpoint: {every: 1ep, keep_last: 2, keep_best: 1, metric: map3}
seed: 1
)";

}  // namespace

absl::StatusOr<std::string> JobTemplate(absl::string_view name) {
  if (name == "quick") return std::string(kQuick);
  for (absl::string_view later : {"silver", "gold", "modern"}) {
    if (name == later) return UnsupportedValue("template", name, "quick");
  }
  constexpr absl::string_view kNames[] = {"quick", "silver", "gold", "modern"};
  return InvalidField("template", UnknownName("template", name, kNames));
}

}  // namespace doodle
