// Every field of the job file is either converted or refused by its name. A field that is added to the proto and
// forgotten in the converter fails here.
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/spec/job_spec_proto.h"
#include "common/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/status_matchers.h"
#include "tests/unit/common/spec/spec_testing.h"

namespace doodle {
namespace {

// Fields mean something beside others only: each of these jobs uses some that the smallest does not.
std::vector<v1::JobSpec> Contexts() {
  std::vector<v1::JobSpec> contexts(4, SmallestJob());
  contexts[1].mutable_optimizer()->set_name("sgd");
  contexts[2].mutable_stages(0)->mutable_schedule()->set_kind("cosine");
  v1::ScheduleSpec& clr = *contexts[3].mutable_stages(0)->mutable_schedule();
  clr.set_kind("clr");
  clr.set_mode("exp_range");
  clr.set_cycle_momentum(true);
  clr.set_base_momentum(0.1);
  return contexts;
}

// Calls `check(path, job)` with the job of `context` that differs in one field, for every field there is.
void ForEachChangedField(const v1::JobSpec& context,
                         const std::function<void(const std::string&, const v1::JobSpec&)>& check) {
  std::vector<std::string> paths;
  v1::JobSpec walked = context;
  ForEachScalar(walked, "", [&](const std::string& path, const auto&, const auto&) { paths.push_back(path); });
  for (const std::string& wanted : paths) {
    v1::JobSpec job = context;
    bool differs = false;
    ForEachScalar(job, "", [&](const std::string& path, const auto& field, auto& message) {
      if (path != wanted) return;
      const std::string before = message.SerializeAsString();
      SetUnusual(field, message);
      differs = message.SerializeAsString() != before;
    });
    if (differs) check(wanted, job);
  }
}

// The field itself, or the selection that it is a part of: data.classes for data.classes.named.
bool Names(const absl::Status& status, const std::string& path) {
  const std::string field = FieldOf(status);
  return !field.empty() && absl::StartsWith(field, path.substr(0, field.size())) && field.size() + 6 >= path.size();
}

TEST(FromProto, TouchesEveryFieldOfTheJobFile) {
  for (const v1::JobSpec& context : Contexts()) {
    ASSERT_OK_AND_ASSIGN(const JobSpec unchanged, FromProto(context));
    ForEachChangedField(context, [&](const std::string& path, const v1::JobSpec& changed) {
      const auto job = FromProto(changed);
      if (job.ok()) {
        EXPECT_FALSE(*job == unchanged) << path << " is ignored";
      } else {
        EXPECT_TRUE(Names(job.status(), path)) << path << " gave " << job.status();
      }
    });
  }
}

// Refusing everything would pass the test above; what is built must arrive somewhere.
TEST(FromProto, RefusesOnlyWhatIsNotBuilt) {
  std::set<std::string> converted;
  std::set<std::string> all;
  for (const v1::JobSpec& context : Contexts()) {
    ForEachChangedField(context, [&](const std::string& path, const v1::JobSpec& changed) {
      all.insert(path);
      if (FromProto(changed).ok()) converted.insert(path);
    });
  }
  const std::set<std::string> words = {// Converted, but not from "zzz", 17 or 0.25.
                                       "dataset",
                                       "model.name",
                                       "data.classes.named",
                                       "data.classes.list",
                                       "data.filter.recognized",
                                       "raster.fit",
                                       "raster.unit",
                                       "raster.normalize",
                                       "optimizer.name",
                                       "precision",
                                       "ranks.backend",
                                       "checkpoint.every",
                                       "checkpoint.metric",
                                       "evaluate.every",
                                       "stages[0].micro_batch",
                                       "stages[0].schedule.kind",
                                       "stages[0].schedule.anneal",
                                       "stages[0].schedule.warmup",
                                       "stages[0].schedule.mode",
                                       "stages[0].schedule.step_size_up",
                                       "stages[0].schedule.step_size_down",
                                       "stages[0].schedule.base_lr",
                                       "stages[0].schedule.min_lr"};
  const std::set<std::string> neutral_only = {"init.from",
                                              "init.head",
                                              "model.in_channels",
                                              "raster.channels.named",
                                              "raster.channels.list",
                                              "augment.mixup",
                                              "augment.cutmix",
                                              "loss.kind",
                                              "loss.class_weights",
                                              "loss.teachers",
                                              "optimizer.clip_norm",
                                              "optimizer.ema.decay",
                                              "evaluate.limit",
                                              "evaluate.weights",
                                              "deterministic",
                                              "limits.time",
                                              "stages[0].schedule.step_size",
                                              "stages[0].schedule.milestones",
                                              "stages[0].schedule.power",
                                              "stages[0].schedule.t_0",
                                              "stages[0].schedule.t_mult",
                                              "stages[0].schedule.factor",
                                              "stages[0].schedule.patience",
                                              "stages[0].schedule.threshold",
                                              "stages[0].schedule.cooldown"};
  for (const std::string& path : all) {
    std::string field = path;  // A stage's override is as its job's field.
    for (const char* block : {"data", "raster", "augment", "loss", "optimizer"}) {
      const std::string prefix = absl::StrCat("stages[0].", block, ".");
      if (absl::StartsWith(path, prefix)) field = path.substr(std::string("stages[0].").size());
    }
    const bool expected = words.count(field) == 0 && neutral_only.count(field) == 0;
    EXPECT_EQ(converted.count(path) > 0, expected) << path;
  }
}

}  // namespace
}  // namespace doodle
