#include "common/metrics/registry.h"

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <limits>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temporary_directory.h"

namespace doodle {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// The families of both hosts together are the table, each of those that need nothing is there before any event.
TEST(MetricRegistryTest, WhatNeedsNoEventIsExposedAtZeroFromTheStart) {
  const std::string coordinator = MetricRegistry(MetricHost::kCoordinator).Expose();
  const std::string worker = MetricRegistry(MetricHost::kWorker).Expose();
  EXPECT_THAT(coordinator, HasSubstr("doodle_jobs{state=\"queued\"} 0"));
  EXPECT_THAT(coordinator, HasSubstr("doodle_jobs_submitted_total 0"));
  EXPECT_THAT(coordinator, HasSubstr("doodle_job_queue_wait_seconds_count 0"));
  EXPECT_THAT(coordinator, Not(HasSubstr("doodle_train_")));
  EXPECT_THAT(worker, HasSubstr("doodle_train_step_duration_seconds_count{phase=\"reduce\"} 0"));
  EXPECT_THAT(worker, HasSubstr("doodle_nonfinite_steps_total 0"));
  EXPECT_THAT(worker, Not(HasSubstr("doodle_train_loss")));
}

// A trainer's sample means what its metric's type says.
TEST(MetricRegistryTest, SamplesAddSetOrObserveByType) {
  MetricRegistry registry(MetricHost::kWorker);
  const MetricLabels job = {{"job", "cats"}};
  EXPECT_THAT(registry.Apply("doodle_train_samples_total", job, 3), IsOk());
  EXPECT_THAT(registry.Apply("doodle_train_samples_total", job, 4), IsOk());
  EXPECT_THAT(registry.Apply("doodle_train_loss", job, 2.5), IsOk());
  EXPECT_THAT(registry.Apply("doodle_train_loss", job, 1.5), IsOk());
  EXPECT_THAT(registry.Apply("doodle_checkpoint_duration_seconds", {{"phase", "write"}}, 0.2), IsOk());
  const std::string page = registry.Expose();
  EXPECT_THAT(page, HasSubstr("doodle_train_samples_total{job=\"cats\"} 7"));
  EXPECT_THAT(page, HasSubstr("doodle_train_loss{job=\"cats\"} 1.5"));
  EXPECT_THAT(page, HasSubstr("doodle_checkpoint_duration_seconds_bucket{phase=\"write\",le=\"0.25\"} 1"));
  EXPECT_THAT(page, HasSubstr("doodle_checkpoint_duration_seconds_bucket{phase=\"write\",le=\"0.1\"} 0"));
}

// A series whose label values are not in the table can be there before its first event too.
TEST(MetricRegistryTest, DeclaredSeriesIsExposedAtZero) {
  MetricRegistry registry(MetricHost::kCoordinator);
  registry.Declare("doodle_rpc_server_handling_seconds", {{"method", "Get"}});
  registry.Declare("doodle_rpc_server_handling_seconds", {{"job", "cats"}});
  EXPECT_THAT(registry.Expose(), HasSubstr("doodle_rpc_server_handling_seconds_count{method=\"Get\"} 0"));
  EXPECT_THAT(registry.Expose(), Not(HasSubstr("cats")));
}

// What does not fit the table never becomes a series.
TEST(MetricRegistryTest, SamplesThatDoNotFitTheirDefinitionAreRefused) {
  MetricRegistry registry(MetricHost::kWorker);
  const double infinite = std::numeric_limits<double>::infinity();
  EXPECT_THAT(registry.Apply("doodle_surprise", {}, 1), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(registry.Apply("doodle_job_step", {{"job", "cats"}}, 1), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(registry.Apply("doodle_train_loss", {}, 1), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(registry.Apply("doodle_train_loss", {{"rank", "0"}}, 1), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(registry.Apply("doodle_train_samples_total", {{"job", "cats"}}, -1),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(registry.Apply("doodle_dataset_read_bytes_total", {}, infinite),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(registry.Expose(), Not(HasSubstr("cats")));
}

// A call of the wrong type must not become a value of another meaning.
TEST(MetricRegistryTest, ACallOfAnotherTypeHasNoEffect) {
  MetricRegistry registry(MetricHost::kCoordinator);
  registry.Set(metric::kJobsSubmitted, {}, 9);
  EXPECT_THAT(registry.Expose(), HasSubstr("doodle_jobs_submitted_total 0"));
  registry.Add(metric::kJobsSubmitted);
  EXPECT_THAT(registry.Expose(), HasSubstr("doodle_jobs_submitted_total 1"));
}

// The end of a job takes its series along and no other's.
TEST(MetricRegistryTest, ARemovedJobLeavesOtherJobsAlone) {
  MetricRegistry registry(MetricHost::kCoordinator);
  registry.Set(metric::kJobStep, {{"job", "cats"}}, 3);
  registry.Set(metric::kJobStep, {{"job", "dogs"}}, 4);
  registry.Add(metric::kJobTime, {{"job", "cats"}, {"phase", "idle"}}, 1);
  registry.RemoveJob("cats");
  EXPECT_THAT(registry.Expose(), Not(HasSubstr("cats")));
  EXPECT_THAT(registry.Expose(), HasSubstr("doodle_job_step{job=\"dogs\"} 4"));
  registry.Set(metric::kJobStep, {{"job", "cats"}}, 5);
  EXPECT_THAT(registry.Expose(), HasSubstr("doodle_job_step{job=\"cats\"} 5"));
}

// A page with a sample in every family.
std::string FullPage(MetricHost host) {
  MetricRegistry registry(host);
  for (const MetricDefinition& definition : metric::kAllMetrics) {
    MetricLabels labels;
    for (const MetricLabel& label : definition.labels) {
      if (!label.name.empty()) labels[std::string(label.name)] = "x";
    }
    registry.Apply(definition.name, labels, 1).IgnoreError();
  }
  return registry.Expose();
}

// Names, suffixes and help follow Prometheus' conventions.
TEST(MetricRegistryTest, PromtoolFindsNoFault) {
  if (std::system("command -v promtool > /dev/null 2>&1") != 0) GTEST_SKIP() << "promtool is not installed";
  TemporaryDirectory directory;
  for (const MetricHost host : {MetricHost::kCoordinator, MetricHost::kWorker}) {
    std::ofstream(directory.File("page")) << FullPage(host);
    const std::string command =
        "promtool check metrics < " + directory.File("page") + " > " + directory.File("out") + " 2>&1";
    const int result = std::system(command.c_str());
    std::ifstream out(directory.File("out"));
    EXPECT_EQ(result, 0) << std::string(std::istreambuf_iterator<char>(out), {});
  }
}

}  // namespace
}  // namespace doodle
