// A model and images from integer formulas, as tests/conformance/fixture.py makes them for the peers.
#ifndef DOODLE_TESTS_TESTING_FORMULA_MODEL_H_
#define DOODLE_TESTS_TESTING_FORMULA_MODEL_H_

#include <memory>
#include <string>
#include <vector>

#include "ATen/ATen.h"
#include "absl/status/statusor.h"
#include "common/status/status.h"
#include "tests/testing/formula_weights.h"
#include "worker/model/image_model.h"
#include "worker/model/state_dict.h"

namespace doodle {

// In evaluation mode, every parameter and statistic by formula.
inline absl::StatusOr<std::shared_ptr<ImageModel>> FormulaModel(const std::string& name, int64_t in_channels,
                                                                int64_t classes) {
  DOODLE_ASSIGN_OR_RETURN(std::shared_ptr<ImageModel> model, CreateModel(name, in_channels, classes, /*seed=*/1));
  const at::NoGradGuard no_grad;
  for (TensorEntry& entry : StateDict(*model)) {
    if (!entry.tensor.is_floating_point()) continue;
    std::vector<float> values = FormulaValues(entry.name, entry.tensor.sizes().vec());
    entry.tensor.copy_(at::from_blob(values.data(), entry.tensor.sizes(), at::kFloat));
  }
  model->eval();
  return model;
}

// uint8 [count, 1, size, size].
inline at::Tensor FormulaImages(int count, int size) {
  at::Tensor pixels = at::empty({count, 1, size, size}, at::kByte);
  for (int i = 0; i < count; ++i) pixels[i][0].copy_(at::tensor(FormulaImage(i, size), at::kByte).view({size, size}));
  return pixels;
}

}  // namespace doodle

#endif  // DOODLE_TESTS_TESTING_FORMULA_MODEL_H_
