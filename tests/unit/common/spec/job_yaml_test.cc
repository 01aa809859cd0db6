#include "common/spec/job_yaml.h"

#include <string>

#include "common/spec/job_spec_proto.h"
#include "common/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/status_matchers.h"

namespace doodle {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

absl::Status ErrorOf(absl::string_view text) { return ParseJobYaml(text, "job.yaml").status(); }

// What a user sees is part of the interface: whole messages are compared.
void ExpectError(absl::string_view text, const std::string& message, const std::string& field) {
  const absl::Status status = ErrorOf(text);
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kInvalidArgument, message)) << text;
  EXPECT_EQ(FieldOf(status), field) << text;
}

TEST(ParseJobYaml, ReadsEveryForm) {
  ASSERT_OK_AND_ASSIGN(const v1::JobSpec spec, ParseJobYaml(R"(
name: both
data: {classes: kaggle340, filter: {recognized: true}, limit_per_class: 100}
raster: {size: 32, line_width: 1.5, channels: [x, y]}
loss: {class_weights: [1, 2.5], teachers: []}
optimizer: {name: adamw, weight_decay: 2.0e-3, ema: {decay: 0.9998}}
stages:
  - {name: one, epochs: 2, global_batch: 1024, micro_batch: 16, schedule: {kind: one_cycle, max_lr: 2.0e-3}}
  - {micro_batch: auto, data: {classes: [cat, The Eiffel Tower]}}
priority: -3
seed: 18446744073709551615
audit: false
)",
                                                            "job.yaml"));
  EXPECT_EQ(spec.data().classes().named(), "kaggle340");
  EXPECT_EQ(spec.data().filter().recognized(), "true");
  EXPECT_EQ(spec.data().limit_per_class(), 100u);
  EXPECT_THAT(spec.raster().channels().list(), ElementsAre("x", "y"));
  EXPECT_THAT(spec.loss().class_weights(), ElementsAre(1, 2.5));
  EXPECT_EQ(spec.optimizer().weight_decay(), 2.0e-3);
  EXPECT_EQ(spec.optimizer().ema().decay(), 0.9998);
  ASSERT_EQ(spec.stages_size(), 2);
  EXPECT_EQ(spec.stages(0).micro_batch(), "16");
  EXPECT_EQ(spec.stages(0).schedule().max_lr(), 2.0e-3);
  EXPECT_EQ(spec.stages(1).micro_batch(), "auto");
  EXPECT_THAT(spec.stages(1).data().classes().list(), ElementsAre("cat", "The Eiffel Tower"));
  EXPECT_EQ(spec.priority(), -3);
  EXPECT_EQ(spec.seed(), 18446744073709551615u);
  EXPECT_TRUE(spec.has_audit());
  EXPECT_FALSE(spec.has_deterministic());
}

TEST(ParseJobYaml, NullLeavesAFieldUnset) {
  ASSERT_OK_AND_ASSIGN(const v1::JobSpec spec,
                       ParseJobYaml("data: {limit_per_class: null, classes: ~}\ninit: {from: null}\nloss:\n", "j"));
  EXPECT_FALSE(spec.data().has_limit_per_class());
  EXPECT_FALSE(spec.data().has_classes());
  EXPECT_FALSE(spec.init().has_from());
  EXPECT_FALSE(spec.has_loss());
}

TEST(ParseJobYaml, AnUnknownFieldIsNamedWithItsPlaceAndTheNearestName) {
  ExpectError("name: a\nstages:\n  - epoch: 3\n",
              "job.yaml:3:5: stages[0].epoch: unknown field \"epoch\", did you mean \"epochs\"?", "stages[0].epoch");
  ExpectError("model: {nmae: resnet18}", "job.yaml:1:9: model.nmae: unknown field \"nmae\", did you mean \"name\"?",
              "model.nmae");
  ExpectError("limits: {memory: 3}", "job.yaml:1:10: limits.memory: unknown field \"memory\", expected one of time",
              "limits.memory");
}

TEST(ParseJobYaml, AnIllTypedValueIsNamedWithItsPlaceAndAnExample) {
  ExpectError("stages:\n  - {epochs: many}\n",
              "job.yaml:2:14: stages[0].epochs: expected a whole number from 0 to 4294967295, such as `epochs: 8`, "
              "got many",
              "stages[0].epochs");
  ExpectError("raster: {size: 32.5}",
              "job.yaml:1:16: raster.size: expected a whole number from 0 to 4294967295, such as `size: 64`, got 32.5",
              "raster.size");
  ExpectError("seed: -1",
              "job.yaml:1:7: seed: expected a whole number from 0 to 18446744073709551615, such as `seed: 1`, got -1",
              "seed");
  ExpectError("raster: {line_width: thick}",
              "job.yaml:1:22: raster.line_width: expected a number, such as `line_width: 2.0`, got thick",
              "raster.line_width");
  ExpectError("raster: {line_width: .inf}",
              "job.yaml:1:22: raster.line_width: expected a number, such as `line_width: 2.0`, got .inf",
              "raster.line_width");
  ExpectError("audit: yes", "job.yaml:1:8: audit: expected true or false, such as `audit: true`, got yes", "audit");
  ExpectError("seed: \"1\"",
              "job.yaml:1:7: seed: expected a whole number from 0 to 18446744073709551615, such as `seed: 1`, "
              "got \"1\" in quotes",
              "seed");
}

TEST(ParseJobYaml, AWrongShapeIsNamedWithItsPlaceAndAnExample) {
  ExpectError("model: resnet18",
              "job.yaml:1:8: model: expected a block of fields, such as `model: {name: resnet18}`, got resnet18",
              "model");
  ExpectError("stages: {epochs: 2}",
              "job.yaml:1:9: stages: expected a list, such as `stages: [{epochs: 8, global_batch: 1024}]`, got a block "
              "of fields",
              "stages");
  ExpectError("stages: [3]", "job.yaml:1:10: stages[0]: expected fields, such as `name: text`, got 3", "stages[0]");
  ExpectError("name: [a]", "job.yaml:1:7: name: expected text, such as `name: text`, got a list", "name");
  ExpectError("data: {classes: {cat: 1}}",
              "job.yaml:1:17: data.classes: expected a word or a list of names, such as `classes: [cat, house]`, got a "
              "block of fields",
              "data.classes");
  ExpectError("data: {classes: []}", "job.yaml:1:17: data.classes: the list is empty", "data.classes");
  ExpectError("data: {classes: [cat, null]}",
              "job.yaml:1:23: data.classes[1]: expected text, such as `list: [text]`, got nothing", "data.classes[1]");
  ExpectError("- a\n- b\n", "job.yaml:1:1: job: expected fields, such as `name: text`, got a list", "job");
}

TEST(ParseJobYaml, AFieldGivenTwiceIsRefused) {
  ExpectError("seed: 1\nname: a\nseed: 2\n", "job.yaml:3:1: seed: given twice", "seed");
  ExpectError("raster: {size: 32, size: 64}", "job.yaml:1:20: raster.size: given twice", "raster.size");
}

TEST(ParseJobYaml, WhatIsNoYamlIsNamedWithItsPlace) {
  EXPECT_THAT(ErrorOf("name: a\nmodel: {name: b\n"),
              StatusIs(absl::StatusCode::kInvalidArgument, StartsWith("job.yaml:3:1: not valid YAML: ")));
  EXPECT_THAT(ErrorOf("name: a\n---\nname: b\n"),
              StatusIs(absl::StatusCode::kInvalidArgument, "job.yaml:2:1: a second document; one file is one job"));
  EXPECT_THAT(ErrorOf("name: a\n---\n"),
              StatusIs(absl::StatusCode::kInvalidArgument, "job.yaml:2:1: a second document; one file is one job"));
  EXPECT_THAT(ErrorOf("# nothing\n"), StatusIs(absl::StatusCode::kInvalidArgument, "job.yaml: the job file is empty"));
  EXPECT_THAT(ErrorOf("name: \xff"), StatusIs(absl::StatusCode::kInvalidArgument, "job.yaml: byte 6 is not UTF-8"));
  EXPECT_THAT(ErrorOf(std::string(2 << 20, '#')),
              StatusIs(absl::StatusCode::kInvalidArgument, "job.yaml: longer than 1048576 bytes"));
}

// yaml-cpp 0.7 goes on for ever where it is asked for all documents of such a text.
TEST(ParseJobYaml, ALeftoverBracketOrCommaEndsInAnError) {
  EXPECT_THAT(ErrorOf(", where a step is cheap\nname: a\n"),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       "job.yaml:1:1: not valid YAML: unexpected `, where a step is cheap`"));
  EXPECT_THAT(ErrorOf("name: a\n}\n"),
              StatusIs(absl::StatusCode::kInvalidArgument, "job.yaml:2:1: not valid YAML: illegal flow end"));
}

// Deep nesting must not exhaust the stack, nor aliases the memory.
TEST(ParseJobYaml, HostileTextIsRefused) {
  EXPECT_THAT(ErrorOf("name: " + std::string(100000, '[')), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(ErrorOf("stages: &a [*a]"), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(ErrorOf("? [a, b]\n: 3\n"), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(ParseJobYaml, KeepsTextThatLooksLikeSomethingElse) {
  ASSERT_OK_AND_ASSIGN(const v1::JobSpec spec,
                       ParseJobYaml("name: 123\ndata: {classes: [no, true, 7, \"null\", 日本]}", "j"));
  EXPECT_EQ(spec.name(), "123");
  EXPECT_THAT(spec.data().classes().list(), ElementsAre("no", "true", "7", "null", "日本"));
}

// A value of the right type but out of range is found by the converter, which knows no lines.
TEST(AtYamlLine, FindsTheFieldOfAnError) {
  const std::string text = "dataset: file:///d\nmodel: {name: resnet18}\nstages:\n  - epochs: 0\n    name: a\n";
  ASSERT_OK_AND_ASSIGN(const v1::JobSpec spec, ParseJobYaml(text, "job.yaml"));
  const absl::Status status = FromProto(spec).status();
  EXPECT_THAT(AtYamlLine(status, text, "job.yaml"),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       "job.yaml:4:13: stages[0].epochs: must be from 1 to 1000000, "
                       "is 0"));
}

TEST(AtYamlLine, PointsAtTheEnclosingBlockOfAFieldThatIsNotWritten) {
  const std::string text = "name: a\nmodel:\n  in_channels: 1\n";
  EXPECT_EQ(AtYamlLine(InvalidField("model.name", "is missing"), text, "job.yaml").message(),
            "job.yaml:3:3: model.name: is missing");
  EXPECT_EQ(AtYamlLine(InvalidField("dataset", "is missing"), text, "job.yaml").message(),
            "job.yaml: dataset: is missing");
  EXPECT_EQ(AtYamlLine(absl::NotFoundError("no such dataset"), text, "job.yaml").message(), "no such dataset");
}

}  // namespace
}  // namespace doodle
