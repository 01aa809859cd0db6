#include <string>

#include "common/spec/job_spec_proto.h"
#include "common/spec/job_yaml.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/status_matchers.h"
#include "tests/unit/common/spec/spec_testing.h"

namespace doodle {
namespace {

TEST(JobYaml, WritesBlocksForTheJobAndLinesForTheRest) {
  v1::JobSpec spec = SmallestJob();
  spec.mutable_data()->mutable_classes()->add_list("The Eiffel Tower");
  spec.mutable_data()->mutable_classes()->add_list("cat");
  spec.mutable_raster()->mutable_channels()->set_named("gray");
  v1::StageSpec& stage = *spec.mutable_stages(0);
  stage.set_epochs(3);
  stage.mutable_schedule()->set_kind("one_cycle");
  stage.mutable_schedule()->set_max_lr(0.1);
  EXPECT_EQ(JobYaml(spec),
            "dataset: file:///data/quickdraw\n"
            "data: {classes: [The Eiffel Tower, cat]}\n"
            "model: {name: resnet18}\n"
            "raster: {channels: gray}\n"
            "stages:\n"
            "  - epochs: 3\n"
            "    schedule: {kind: one_cycle, max_lr: 0.1}\n");
}

TEST(JobYaml, WithEveryFieldSetReadsBackEqual) {
  v1::JobSpec spec;
  ForEachScalar(spec, "", [](const std::string&, const auto& field, auto& message) { SetUnusual(field, message); });
  // A selection is a word or a list, never both.
  spec.mutable_data()->mutable_classes()->clear_named();
  spec.mutable_raster()->mutable_channels()->clear_list();
  spec.mutable_stages(0)->mutable_data()->mutable_classes()->clear_list();
  spec.mutable_stages(0)->mutable_raster()->mutable_channels()->clear_named();
  ASSERT_OK_AND_ASSIGN(const v1::JobSpec read, ParseJobYaml(JobYaml(spec), "written"));
  EXPECT_EQ(read.DebugString(), spec.DebugString());
}

// Words that YAML would take for something else, and numbers that six digits would round.
TEST(JobYaml, AwkwardValuesReadBackEqual) {
  v1::JobSpec spec = SmallestJob();
  for (const char* name : {"null", "~", "true", "12", "a: b", "- x", "#no", "", " pad ", "quote \" and \\",
                           "tab\tnew\n", "{x}", "[y]", "*z", "&w", "日本", "%", "@", "`"}) {
    spec.mutable_data()->mutable_classes()->add_list(name);
  }
  spec.mutable_loss()->set_label_smoothing(0.1234567890123456789);
  spec.mutable_optimizer()->set_eps(1e-300);
  spec.mutable_optimizer()->set_weight_decay(1.0 / 3);
  spec.set_seed(18446744073709551615u);
  spec.set_priority(-1);
  ASSERT_OK_AND_ASSIGN(const v1::JobSpec read, ParseJobYaml(JobYaml(spec), "written"));
  EXPECT_EQ(read.SerializeAsString(), spec.SerializeAsString()) << JobYaml(spec);
}

TEST(JobYaml, TheMergedFormIsAJobFileOfTheSameJob) {
  const v1::JobSpec merged = WithMergedStages(SmallestJob());
  ASSERT_OK_AND_ASSIGN(const v1::JobSpec read, ParseJobYaml(JobYaml(merged), "written"));
  EXPECT_EQ(read.DebugString(), merged.DebugString());
}

}  // namespace
}  // namespace doodle
