#include "worker/model/state_dict.h"

#include "absl/functional/function_ref.h"
#include "absl/strings/str_cat.h"

namespace doodle {
namespace {

using torch::nn::Module;

// Calls `visit(prefix, module)` for `module` and everything below it; prefix: "" or "layer1.0.".
void Walk(const std::string& prefix, const Module& module,
          absl::FunctionRef<void(const std::string&, const Module&)> visit) {
  visit(prefix, module);
  for (const auto& child : module.named_children()) Walk(absl::StrCat(prefix, child.key(), "."), *child.value(), visit);
}

}  // namespace

TensorEntries StateDict(const ImageModel& model) {
  TensorEntries entries;
  Walk("", model, [&](const std::string& prefix, const Module& module) {
    for (const auto& parameter : module.named_parameters(/*recurse=*/false)) {
      entries.push_back({absl::StrCat(prefix, parameter.key()), parameter.value().detach()});
    }
    for (const auto& buffer : module.named_buffers(/*recurse=*/false)) {
      entries.push_back({absl::StrCat(prefix, buffer.key()), buffer.value().detach()});
    }
  });
  return entries;
}

TensorEntries Parameters(const ImageModel& model) {
  TensorEntries entries;
  Walk("", model, [&](const std::string& prefix, const Module& module) {
    for (const auto& parameter : module.named_parameters(/*recurse=*/false)) {
      if (parameter.value().requires_grad()) {
        entries.push_back({absl::StrCat(prefix, parameter.key()), parameter.value()});
      }
    }
  });
  return entries;
}

std::vector<BatchNormStatistics> BatchNormLayers(const ImageModel& model) {
  std::vector<BatchNormStatistics> layers;
  Walk("", model, [&](const std::string& prefix, const Module& module) {
    const auto buffers = module.named_buffers(/*recurse=*/false);
    if (!buffers.contains("running_mean")) return;
    layers.push_back({prefix.substr(0, prefix.size() - 1), buffers["running_mean"], buffers["running_var"],
                      buffers["num_batches_tracked"]});
  });
  return layers;
}

}  // namespace doodle
