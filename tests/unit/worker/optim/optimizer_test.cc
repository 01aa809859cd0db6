#include "worker/optim/optimizer.h"

#include <fstream>
#include <nlohmann/json.hpp>

#include "ATen/ATen.h"
#include "gmock/gmock.h"
#include "tests/testing/formula_weights.h"
#include "tests/testing/status_matchers.h"

namespace doodle {
namespace {

using ::testing::HasSubstr;
using Json = nlohmann::json;

at::Tensor Formula(const std::string& name, const std::vector<int64_t>& shape) {
  return at::tensor(FormulaValues(name, shape)).view(shape);
}

TensorEntries FormulaParameters(const Json& shapes) {
  TensorEntries parameters;
  for (const auto& [name, shape] : shapes.items()) {
    at::Tensor value = Formula(name, shape);
    if (value.dim() == 4) value = value.contiguous(at::MemoryFormat::ChannelsLast);
    parameters.push_back({name, value.set_requires_grad(true)});
  }
  return parameters;
}

void SetGradients(const TensorEntries& parameters, int step) {
  for (const TensorEntry& entry : parameters) {
    std::string name = "gradient." + std::to_string(step) + "." + entry.name;
    entry.tensor.mutable_grad() = Formula(name, entry.tensor.sizes().vec());
  }
}

OptimizerSpec Spec(const Json& json) {
  OptimizerSpec spec;
  spec.kind = json["kind"] == "adamw" ? OptimizerKind::kAdamW : OptimizerKind::kSgd;
  spec.weight_decay = json["weight_decay"];
  spec.momentum = json.value("momentum", spec.momentum);
  spec.nesterov = json.value("nesterov", spec.nesterov);
  spec.beta1 = json.value("beta1", spec.beta1);
  spec.beta2 = json.value("beta2", spec.beta2);
  spec.eps = json.value("eps", spec.eps);
  return spec;
}

void RunSteps(Optimizer& optimizer, const TensorEntries& parameters, const Json& json, int begin, int end) {
  for (int step = begin; step < end; ++step) {
    SetGradients(parameters, step);
    std::optional<double> momentum;
    if (json["cycle"]) momentum = 0.95 - 0.01 * step;
    ASSERT_THAT(optimizer.Step(0.01 * (1 + step), momentum), IsOk());
  }
}

// torch.optim's AdamW and SGD with the same groups, rates and gradients: tests/conformance/record_optimizers.py.
// Gradients come row-major while the weight is channels-last, as some operators deliver them.
TEST(OptimizerTest, EqualsPyTorchs) {
  const Json record = Json::parse(std::ifstream("tests/data/torch_optimizers.json"));
  ASSERT_EQ(record["cases"].size(), 5u);
  for (const Json& json : record["cases"]) {
    TensorEntries parameters = FormulaParameters(record["shapes"]);
    ASSERT_OK_AND_ASSIGN(auto optimizer, Optimizer::Create(Spec(json), parameters));
    RunSteps(*optimizer, parameters, json, 0, record["steps"]);
    for (const TensorEntry& entry : parameters) {
      at::Tensor expected = at::tensor(json["result"][entry.name].get<std::vector<float>>()).view(entry.tensor.sizes());
      EXPECT_LT((entry.tensor - expected).abs().max().item<double>(), 2e-6) << json["name"] << " " << entry.name;
    }
  }
}

// A resumed run continues bit for bit: state loaded into a fresh optimizer gives the same parameters.
TEST(OptimizerTest, LoadedStateContinuesBitForBit) {
  const Json record = Json::parse(std::ifstream("tests/data/torch_optimizers.json"));
  for (const Json& json : record["cases"]) {
    TensorEntries straight = FormulaParameters(record["shapes"]);
    ASSERT_OK_AND_ASSIGN(auto optimizer, Optimizer::Create(Spec(json), straight));
    RunSteps(*optimizer, straight, json, 0, 3);
    ASSERT_OK_AND_ASSIGN(auto state, ToNamedTensors(optimizer->StateTensors()));
    ASSERT_OK_AND_ASSIGN(auto weights, ToNamedTensors(straight));
    RunSteps(*optimizer, straight, json, 3, 6);

    TensorEntries resumed = FormulaParameters(record["shapes"]);
    ASSERT_OK_AND_ASSIGN(auto fresh, Optimizer::Create(Spec(json), resumed));
    ASSERT_THAT(LoadEntries(state, fresh->StateTensors()), IsOk());
    ASSERT_THAT(LoadEntries(weights, resumed), IsOk());
    RunSteps(*fresh, resumed, json, 3, 6);
    for (size_t i = 0; i < straight.size(); ++i)
      EXPECT_TRUE(at::equal(straight[i].tensor, resumed[i].tensor)) << json["name"];
    EXPECT_EQ(*DigestEntries(optimizer->StateTensors()), *DigestEntries(fresh->StateTensors())) << json["name"];
  }
}

// Half an update would be worse than none.
TEST(OptimizerTest, AMissingGradientStopsTheStepBeforeItBegins) {
  TensorEntries parameters = FormulaParameters(Json{{"a.weight", {2, 2}}, {"b.bias", {2}}});
  ASSERT_OK_AND_ASSIGN(auto optimizer, Optimizer::Create({}, parameters));
  SetGradients(parameters, 0);
  parameters[1].tensor.mutable_grad().reset();
  at::Tensor before = parameters[0].tensor.detach().clone();
  EXPECT_THAT(optimizer->Step(0.1), StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("b.bias")));
  EXPECT_TRUE(at::equal(parameters[0].tensor, before));
  EXPECT_EQ(optimizer->StateTensors()[0].tensor.item<float>(), 0);
}

TEST(OptimizerTest, ValuesOutOfRangeAreNamed) {
  TensorEntries parameters = FormulaParameters(Json{{"a.weight", {2, 2}}});
  auto status = [&](OptimizerSpec spec) { return Optimizer::Create(spec, parameters).status(); };
  EXPECT_THAT(status({.weight_decay = -1}), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("weight_decay")));
  EXPECT_THAT(status({.beta1 = 1}), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("beta1")));
  EXPECT_THAT(status({.kind = OptimizerKind::kSgd, .momentum = 0, .nesterov = true}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("nesterov")));
  EXPECT_THAT(Optimizer::Create({}, {}), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(OptimizerTest, ResetAndClearLeaveNothing) {
  TensorEntries parameters = FormulaParameters(Json{{"a.weight", {2, 2}}});
  ASSERT_OK_AND_ASSIGN(auto optimizer, Optimizer::Create({}, parameters));
  SetGradients(parameters, 0);
  ASSERT_THAT(optimizer->Step(0.1), IsOk());
  ASSERT_THAT(optimizer->Reset(), IsOk());
  for (const TensorEntry& entry : optimizer->StateTensors()) EXPECT_EQ(entry.tensor.abs().sum().item<float>(), 0);
  optimizer->ClearGradients();
  EXPECT_FALSE(parameters[0].tensor.grad().defined());
}

}  // namespace
}  // namespace doodle
