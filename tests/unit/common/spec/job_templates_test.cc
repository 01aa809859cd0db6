#include "common/spec/job_templates.h"

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "common/spec/job_spec_proto.h"
#include "common/spec/job_yaml.h"
#include "common/spec/stage_resolution.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/status_matchers.h"

namespace doodle {
namespace {

std::string ReadFile(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

TEST(JobTemplate, QuickIsAJobThatRuns) {
  ASSERT_OK_AND_ASSIGN(const std::string text, JobTemplate("quick"));
  ASSERT_OK_AND_ASSIGN(const v1::JobSpec spec, ParseJobYaml(text, "quick.yaml"));
  ASSERT_OK_AND_ASSIGN(const JobSpec job, FromProto(spec));
  EXPECT_EQ(job.model, "resnet18");
  EXPECT_EQ(job.stages[0].raster.size, 32);
  EXPECT_EQ(job.stages[0].view.classes.size(), 10u);
  EXPECT_EQ(job.max_ranks, 2);
  const std::vector<uint64_t> sizes = {3250};
  EXPECT_THAT(ResolveStages(job, sizes), IsOk());
}

TEST(JobTemplate, WhatIsNotBuiltIsRefusedByName) {
  for (const char* name : {"silver", "gold", "modern"}) {
    EXPECT_THAT(JobTemplate(name),
                StatusIs(absl::StatusCode::kUnimplemented, testing::HasSubstr("is not supported yet, only quick")));
  }
  EXPECT_THAT(JobTemplate("quik"), StatusIs(absl::StatusCode::kInvalidArgument,
                                            "template: unknown template \"quik\", did you mean \"quick\"?"));
}

// The examples and what the guide shows are job files like any other.
TEST(Examples, AreJobsThatAreAccepted) {
  int examples = 0;
  for (const auto& entry : std::filesystem::directory_iterator("examples")) {
    if (entry.path().extension() != ".yaml") continue;
    ++examples;
    const std::string text = ReadFile(entry.path());
    ASSERT_OK_AND_ASSIGN(const v1::JobSpec spec, ParseJobYaml(text, entry.path().string()));
    EXPECT_THAT(FromProto(spec), IsOk()) << entry.path();
  }
  EXPECT_GE(examples, 2);
}

TEST(Examples, QuickIsTheTemplate) { EXPECT_EQ(ReadFile("examples/quick.yaml"), JobTemplate("quick").value()); }

}  // namespace
}  // namespace doodle
