#include "worker/model/image_model.h"

#include "absl/strings/str_cat.h"
#include "common/status/status.h"
#include "worker/model/initialization.h"
#include "worker/model/resnet.h"
#include "worker/model/small_convnet.h"
#include "worker/torch/fence.h"

namespace doodle {
namespace {

using Model = absl::StatusOr<std::shared_ptr<ImageModel>>;

Model Build(absl::string_view name, int64_t in_channels, int64_t classes, uint64_t seed) {
  std::shared_ptr<ImageModel> model;
  if (name == "resnet18") {
    model = MakeResNet18(in_channels, classes);
  } else if (name == "smallcnn") {
    model = MakeSmallConvnet(in_channels, classes);
  } else {
    return absl::InvalidArgumentError(absl::StrCat("model ", name, " is not built in"));
  }
  InitializeWeights(*model, seed);
  if (name == "resnet18") ZeroLastNorms(*model);
  ConvertToChannelsLast(*model);
  return model;
}

}  // namespace

Model CreateModel(absl::string_view name, int64_t in_channels, int64_t classes, uint64_t seed) {
  if (in_channels < 1) return InvalidField("in_channels", "must be at least 1");
  if (classes < 1) return InvalidField("classes", "must be at least 1");
  return CatchTorch(absl::StrCat("model ", name), [&] { return Build(name, in_channels, classes, seed); });
}

}  // namespace doodle
