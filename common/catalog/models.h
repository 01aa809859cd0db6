// The models that a job can name: what `doodle models ls` shows and admission checks. worker/model builds them.
#ifndef DOODLE_COMMON_CATALOG_MODELS_H_
#define DOODLE_COMMON_CATALOG_MODELS_H_

#include <cstdint>
#include <span>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace doodle {

struct ModelEntry {
  absl::string_view name;  // timm's, where timm has the model.
  int minimum_input = 1;   // Pixels a side.
  int native_input = 224;  // Pixels a side that the architecture was designed for.
  // 10^9 multiplications with addition of one forward pass at 128 pixels, gray, 340 classes: convolutions and linear
  // layers.
  double gmac_128 = 0;
  absl::string_view key_style;  // Whose parameter names its weights carry: "timm", or "doodle".
  absl::string_view description;
  // Parameters with `in_channels` inputs and `classes` outputs are
  // fixed_parameters + in_channels * per_channel + classes * per_class.
  int64_t fixed_parameters = 0;
  int64_t per_channel = 0;
  int64_t per_class = 0;

  int64_t Parameters(int in_channels, int classes) const {
    return fixed_parameters + in_channels * per_channel + classes * per_class;
  }
};

// By name, rising. Static storage; thread-safe.
std::span<const ModelEntry> Models();

// NOT_FOUND with the nearest name.
absl::StatusOr<ModelEntry> FindModel(absl::string_view name);

}  // namespace doodle

#endif  // DOODLE_COMMON_CATALOG_MODELS_H_
