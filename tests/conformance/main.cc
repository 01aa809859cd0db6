// The C++ side of the conformance test: makes a model, and writes what it computes for others to compare.
//
//     doodle-conformance make OUT.pth                     resnet18 with formula weights, exported as jobs export it
//     doodle-conformance gradients NAME SIZE OUT.safetensors
//                                                         logits (float32) and gradients (in float64) of formula images
//     doodle-conformance run MODEL OUT_DIR COUNT PATH...  pixels.npy and logits.npy of the first COUNT drawings
#include <cstdio>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/status/status.h"
#include "common/weights/safetensors.h"
#include "tests/testing/formula_model.h"
#include "worker/evaluate/evaluator.h"
#include "worker/model/input_step.h"
#include "worker/model/state_dict.h"
#include "worker/predict/drawing_source.h"
#include "worker/predict/inference_batches.h"
#include "worker/predict/model_export.h"
#include "worker/predict/submission.h"
#include "worker/predict/weight_file.h"
#include "worker/torch/fence.h"

namespace doodle {
namespace {

absl::Status Make(const std::string& output) {
  ModelMetadata metadata{.arch = "resnet18", .raster = {.size = 32}, .doodle_version = "conformance"};
  for (int i = 0; i < 10; ++i) metadata.classes.push_back(absl::StrCat("class ", i));
  DOODLE_ASSIGN_OR_RETURN(auto model, CreateModel("resnet18", 1, 10, /*seed=*/1));
  DOODLE_ASSIGN_OR_RETURN(std::vector<NamedTensor> tensors, ToNamedTensors(StateDict(*model)));
  for (NamedTensor& tensor : tensors) {
    if (tensor.type != TensorType::kF32) continue;
    std::vector<float> values = FormulaValues(tensor.name, tensor.shape);
    tensor.data.assign(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(float));
  }
  const std::string between = absl::StrCat(output, ".safetensors");
  TensorFile file{std::move(tensors), MetadataToMap(metadata)};
  DOODLE_RETURN_IF_ERROR(WriteFileAtomically(LocalFileSystem(), between, SerializeSafetensors(file)));
  return ExportModel(LocalFileSystem(), between, output).status();
}

std::string ToNpy(const at::Tensor& matrix) {  // float32 [rows, columns], packed.
  const size_t columns = static_cast<size_t>(matrix.size(1));
  NpyBuilder npy(columns);
  for (int64_t i = 0; i < matrix.size(0); ++i) npy.Add({matrix.const_data_ptr<float>() + i * matrix.size(1), columns});
  return npy.Finish();
}

absl::Status Run(const std::string& path, const std::string& directory, int count,
                 const std::vector<std::string>& inputs) {
  FileSystem& files = LocalFileSystem();
  DOODLE_ASSIGN_OR_RETURN(LoadedModel loaded, LoadModel(files, path));
  DOODLE_ASSIGN_OR_RETURN(auto source, OpenDrawingFiles(files, inputs));
  DOODLE_ASSIGN_OR_RETURN(auto batches, InferenceBatches::Create(loaded.metadata, *source, count));
  DOODLE_ASSIGN_OR_RETURN(std::optional<InferenceBatch> batch, batches.Next());
  if (!batch) return absl::FailedPreconditionError("there are no drawings");
  EvaluatorOptions options{.normalize = loaded.metadata.raster.normalize, .precision = Precision::kFp32};
  DOODLE_ASSIGN_OR_RETURN(at::Tensor logits, ForwardLogits(*loaded.model, batch->pixels, options));
  const at::Tensor pixels = batch->pixels.flatten(1).to(at::kFloat).contiguous();
  DOODLE_RETURN_IF_ERROR(WriteFileAtomically(files, absl::StrCat(directory, "/pixels.npy"), ToNpy(pixels)));
  return WriteFileAtomically(files, absl::StrCat(directory, "/logits.npy"), ToNpy(logits.contiguous()));
}

// As record.py: 8 classes, gray, the mean cross-entropy of images 0 to 3, image i being of class i.
absl::StatusOr<TensorEntries> LogitsAndGradients(const std::string& name, int size) {
  constexpr int64_t kImages = 4;
  DOODLE_ASSIGN_OR_RETURN(auto model, FormulaModel(name, 1, 8));
  return CatchTorch(name, [&] {
    const at::Tensor pixels = NormalizeInput(FormulaImages(kImages, size), RasterNormalize::kUnit);
    TensorEntries entries = {{"logits", model->Forward(pixels).detach()}};
    model->to(at::kDouble);  // In float32 rounding decides which way some activations go.
    at::cross_entropy_loss(model->Forward(pixels.to(at::kDouble)), at::arange(kImages)).backward();
    for (const TensorEntry& entry : Parameters(*model)) {
      entries.push_back({entry.name, entry.tensor.grad().to(at::kFloat).contiguous()});
    }
    return absl::StatusOr<TensorEntries>(std::move(entries));
  });
}

absl::Status WriteGradients(const std::string& name, int size, const std::string& output) {
  DOODLE_ASSIGN_OR_RETURN(const TensorEntries entries, LogitsAndGradients(name, size));
  DOODLE_ASSIGN_OR_RETURN(std::vector<NamedTensor> tensors, ToNamedTensors(entries));
  return WriteFileAtomically(LocalFileSystem(), output, SerializeSafetensors({std::move(tensors), {}}));
}

absl::Status Dispatch(const std::vector<std::string>& arguments) {
  int count = 0;
  if (arguments.size() == 2 && arguments[0] == "make") return Make(arguments[1]);
  if (arguments.size() == 4 && arguments[0] == "gradients" && absl::SimpleAtoi(arguments[2], &count)) {
    return WriteGradients(arguments[1], count, arguments[3]);
  }
  if (arguments.size() >= 5 && arguments[0] == "run" && absl::SimpleAtoi(arguments[3], &count)) {
    return Run(arguments[1], arguments[2], count, {arguments.begin() + 4, arguments.end()});
  }
  return absl::InvalidArgumentError(
      "usage: doodle-conformance make OUT.pth | gradients NAME SIZE OUT.safetensors | run MODEL OUT_DIR COUNT PATH...");
}

}  // namespace
}  // namespace doodle

int main(int argc, char** argv) {
  absl::Status status = doodle::Dispatch({argv + 1, argv + argc});
  if (!status.ok()) std::fprintf(stderr, "doodle-conformance: %s\n", std::string(status.message()).c_str());
  return status.ok() ? 0 : 1;
}
