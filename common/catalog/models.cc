#include "common/catalog/models.h"

#include <array>
#include <vector>

#include "common/catalog/nearest_name.h"

namespace doodle {
namespace {

// Counts and operations are timm 1.0's. He et al. 2015 (resnet), Xie et al. 2017 (resnext), Hu et al. 2018 (se*),
// Huang et al. 2016 (densenet), Simonyan and Zisserman 2014 (vgg). In the order of ModelEntry.
constexpr std::array kModels = {
    ModelEntry{"densenet121", 32, 224, 0.90, "timm", "DenseNet of 121 layers", 6944448, 3136, 1025},
    ModelEntry{"densenet169", 32, 224, 1.07, "timm", "DenseNet of 169 layers", 12475072, 3136, 1665},
    ModelEntry{"densenet201", 32, 224, 1.38, "timm", "DenseNet of 201 layers", 18083520, 3136, 1921},
    ModelEntry{"resnet101", 16, 224, 2.52, "timm", "residual network of 101 layers", 42490752, 3136, 2049},
    ModelEntry{"resnet152", 16, 224, 3.73, "timm", "residual network of 152 layers", 58134400, 3136, 2049},
    ModelEntry{"resnet18", 16, 224, 0.57, "timm", "residual network of 18 layers", 11167104, 3136, 513},
    ModelEntry{"resnet34", 16, 224, 1.17, "timm", "residual network of 34 layers", 21275264, 3136, 513},
    ModelEntry{"resnet50", 16, 224, 1.31, "timm", "residual network of 50 layers", 23498624, 3136, 2049},
    ModelEntry{"resnext101_32x4d", 16, 224, 2.58, "timm", "ResNeXt of 101 layers, 32 groups of width 4", 42119296, 3136,
               2049},
    ModelEntry{"resnext101_32x8d", 16, 224, 5.33, "timm", "ResNeXt of 101 layers, 32 groups of width 8", 86732928, 3136,
               2049},
    ModelEntry{"resnext50_32x4d", 16, 224, 1.36, "timm", "ResNeXt of 50 layers, 32 groups of width 4", 22970496, 3136,
               2049},
    ModelEntry{"seresnet50", 16, 224, 1.31, "timm", "residual network of 50 layers, squeeze-and-excitation", 26029616,
               3136, 2049},
    ModelEntry{"seresnext101_32x4d", 16, 224, 2.58, "timm",
               "ResNeXt of 101 layers, 32 groups of width 4, squeeze-and-excitation", 46897008, 3136, 2049},
    ModelEntry{"seresnext50_32x4d", 16, 224, 1.36, "timm",
               "ResNeXt of 50 layers, 32 groups of width 4, squeeze-and-excitation", 25501488, 3136, 2049},
    ModelEntry{"smallcnn", 8, 28, 0.16, "doodle", "three convolutions; for tests and benchmarks", 92608, 288, 129},
    ModelEntry{"vgg11", 32, 224, 2.55, "timm", "VGG of 11 layers", 128764608, 576, 4097},
    ModelEntry{"vgg11_bn", 32, 224, 2.55, "timm", "VGG of 11 layers with batch norm", 128770112, 576, 4097},
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
