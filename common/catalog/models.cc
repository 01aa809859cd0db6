#include "common/catalog/models.h"

#include <array>
#include <vector>

#include "common/catalog/nearest_name.h"

namespace doodle {
namespace {

// resnet18: He et al. 2016, as timm and torchvision build it; 11,689,512 parameters with 3 channels and 1,000 classes.
constexpr std::array kModels = {
    ModelEntry{"resnet18", 16, "residual network of 18 layers; weights interchange with timm and torchvision", 11167104,
               3136, 513},
    ModelEntry{"smallcnn", 8, "three convolutions; for tests and benchmarks", 92608, 288, 129},
};

std::vector<absl::string_view> ModelNames() {
  std::vector<absl::string_view> names;
  names.reserve(kModels.size());
  for (const ModelEntry& model : kModels) names.push_back(model.name);
  return names;
}

}  // namespace

std::span<const ModelEntry> Models() { return kModels; }

absl::StatusOr<ModelEntry> FindModel(absl::string_view name) {
  for (const ModelEntry& model : kModels) {
    if (model.name == name) return model;
  }
  return absl::NotFoundError(UnknownName("model", name, ModelNames()));
}

}  // namespace doodle
