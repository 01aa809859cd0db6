#include "worker/model/image_model.h"

#include <array>
#include <variant>

#include "absl/strings/str_cat.h"
#include "common/status/status.h"
#include "worker/model/densenet.h"
#include "worker/model/initialization.h"
#include "worker/model/resnet.h"
#include "worker/model/small_convnet.h"
#include "worker/model/vgg.h"
#include "worker/torch/fence.h"

namespace doodle {
namespace {

struct SmallConvnetSpec {};

struct BuiltIn {
  absl::string_view name;
  std::variant<SmallConvnetSpec, ResNetSpec, VggSpec, DenseNetSpec> spec;
};

constexpr BlockSpec kBasic = {};
constexpr BlockSpec kBottleneck = {.bottleneck = true};
constexpr BlockSpec kSqueeze = {.bottleneck = true, .squeeze = true};
constexpr BlockSpec kNext32x4 = {.bottleneck = true, .groups = 32, .base_width = 4};
constexpr BlockSpec kNext32x8 = {.bottleneck = true, .groups = 32, .base_width = 8};
constexpr BlockSpec kSqueezeNext32x4 = {.bottleneck = true, .groups = 32, .base_width = 4, .squeeze = true};

// As common/catalog/models.cc lists them.
constexpr std::array kBuiltIn = {
    BuiltIn{"densenet121", DenseNetSpec{{6, 12, 24, 16}}},
    BuiltIn{"densenet169", DenseNetSpec{{6, 12, 32, 32}}},
    BuiltIn{"densenet201", DenseNetSpec{{6, 12, 48, 32}}},
    BuiltIn{"resnet101", ResNetSpec{{3, 4, 23, 3}, kBottleneck}},
    BuiltIn{"resnet152", ResNetSpec{{3, 8, 36, 3}, kBottleneck}},
    BuiltIn{"resnet18", ResNetSpec{{2, 2, 2, 2}, kBasic}},
    BuiltIn{"resnet34", ResNetSpec{{3, 4, 6, 3}, kBasic}},
    BuiltIn{"resnet50", ResNetSpec{{3, 4, 6, 3}, kBottleneck}},
    BuiltIn{"resnext101_32x4d", ResNetSpec{{3, 4, 23, 3}, kNext32x4}},
    BuiltIn{"resnext101_32x8d", ResNetSpec{{3, 4, 23, 3}, kNext32x8}},
    BuiltIn{"resnext50_32x4d", ResNetSpec{{3, 4, 6, 3}, kNext32x4}},
    BuiltIn{"seresnet50", ResNetSpec{{3, 4, 6, 3}, kSqueeze}},
    BuiltIn{"seresnext101_32x4d", ResNetSpec{{3, 4, 23, 3}, kSqueezeNext32x4}},
    BuiltIn{"seresnext50_32x4d", ResNetSpec{{3, 4, 6, 3}, kSqueezeNext32x4}},
    BuiltIn{"smallcnn", SmallConvnetSpec{}},
    BuiltIn{"vgg11", VggSpec{.norms = false}},
    BuiltIn{"vgg11_bn", VggSpec{.norms = true}},
};

struct Builder {
  int64_t in_channels;
  int64_t classes;

  std::shared_ptr<ImageModel> operator()(SmallConvnetSpec) const { return MakeSmallConvnet(in_channels, classes); }
  std::shared_ptr<ImageModel> operator()(const ResNetSpec& spec) const {
    return MakeResNet(spec, in_channels, classes);
  }
  std::shared_ptr<ImageModel> operator()(const VggSpec& spec) const { return MakeVgg11(spec, in_channels, classes); }
  std::shared_ptr<ImageModel> operator()(const DenseNetSpec& spec) const {
    return MakeDenseNet(spec, in_channels, classes);
  }
};

using Model = absl::StatusOr<std::shared_ptr<ImageModel>>;

Model Build(absl::string_view name, const Builder& builder, uint64_t seed) {
  for (const BuiltIn& built_in : kBuiltIn) {
    if (built_in.name != name) continue;
    std::shared_ptr<ImageModel> model = std::visit(builder, built_in.spec);
    model->Initialize(seed);
    ConvertToChannelsLast(*model);
    return model;
  }
  return absl::InvalidArgumentError(absl::StrCat("model ", name, " is not built in"));
}

}  // namespace

Model CreateModel(absl::string_view name, int64_t in_channels, int64_t classes, uint64_t seed) {
  if (in_channels < 1) return InvalidField("in_channels", "must be at least 1");
  if (classes < 1) return InvalidField("classes", "must be at least 1");
  return CatchTorch(absl::StrCat("model ", name), [&] { return Build(name, Builder{in_channels, classes}, seed); });
}

}  // namespace doodle
