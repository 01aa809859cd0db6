#include "common/spec/job_spec_proto.h"

#include <functional>
#include <string>

#include "common/ids/names.h"
#include "common/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/status_matchers.h"
#include "tests/unit/common/spec/spec_testing.h"

namespace doodle {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::StartsWith;

void ExpectRefused(const std::function<void(v1::JobSpec&)>& change, absl::StatusCode code, const std::string& message) {
  v1::JobSpec spec = SmallestJob();
  change(spec);
  const absl::Status status = FromProto(spec).status();
  EXPECT_THAT(status, StatusIs(code, message));
  EXPECT_THAT(message, StartsWith(FieldOf(status)));
}

void ExpectInvalid(const std::function<void(v1::JobSpec&)>& change, const std::string& message) {
  ExpectRefused(change, absl::StatusCode::kInvalidArgument, message);
}

void ExpectUnsupported(const std::function<void(v1::JobSpec&)>& change, const std::string& message) {
  ExpectRefused(change, absl::StatusCode::kUnimplemented, message);
}

TEST(FromProto, FillsEveryDefault) {
  ASSERT_OK_AND_ASSIGN(const JobSpec job, FromProto(SmallestJob()));
  EXPECT_EQ(job.name, "resnet18-64");
  EXPECT_EQ(job.dataset, "file:///data/quickdraw");
  ASSERT_EQ(job.stages.size(), 1u);
  StageSpec stage;  // The plain structs' own defaults are the job file's.
  stage.name = "stage-1";
  stage.step_size_up = job.stages[0].step_size_up;
  EXPECT_EQ(job.stages[0], stage);
  JobSpec expected;
  expected.name = job.name;
  expected.dataset = job.dataset;
  expected.model = "resnet18";
  expected.stages = {stage};
  EXPECT_EQ(job, expected);
}

TEST(FromProto, MergesAStageFieldByField) {
  v1::JobSpec spec = SmallestJob();
  spec.mutable_raster()->set_size(32);
  spec.mutable_raster()->set_line_width(3);
  spec.mutable_data()->mutable_classes()->add_list("cat");
  spec.mutable_data()->mutable_classes()->add_list("dog");
  spec.mutable_data()->set_limit_per_class(10);
  spec.mutable_stages(0)->mutable_raster()->set_size(128);
  spec.mutable_stages(0)->mutable_data()->mutable_filter()->set_recognized("true");
  spec.add_stages();
  ASSERT_OK_AND_ASSIGN(const JobSpec job, FromProto(spec));
  EXPECT_EQ(job.stages[0].raster.size, 128);
  EXPECT_EQ(job.stages[0].raster.line_width, 3);
  EXPECT_EQ(job.stages[0].view.recognized, RecognizedFilter::kTrue);
  EXPECT_EQ(job.stages[0].view.limit_per_class, 10u);
  EXPECT_THAT(job.stages[0].view.classes, ElementsAre("cat", "dog"));
  EXPECT_EQ(job.stages[1].raster.size, 32);
  EXPECT_EQ(job.stages[1].view.recognized, RecognizedFilter::kAny);
  EXPECT_EQ(job.stages[1].name, "stage-2");
}

TEST(FromProto, AStageThatNamesAnotherOptimizerTakesItsDefaults) {
  v1::JobSpec spec = SmallestJob();
  spec.mutable_optimizer()->set_name("adamw");
  spec.mutable_optimizer()->set_weight_decay(0.3);
  spec.mutable_optimizer()->set_beta1(0.5);
  spec.mutable_stages(0)->mutable_optimizer()->set_weight_decay(0.4);
  spec.add_stages()->mutable_optimizer()->set_name("sgd");
  ASSERT_OK_AND_ASSIGN(const JobSpec job, FromProto(spec));
  EXPECT_EQ(job.stages[0].optimizer.weight_decay, 0.4);
  EXPECT_EQ(job.stages[0].optimizer.beta1, 0.5);
  EXPECT_FALSE(job.stages[0].fresh_optimizer);
  EXPECT_EQ(job.stages[1].optimizer.kind, OptimizerKind::kSgd);
  EXPECT_EQ(job.stages[1].optimizer.weight_decay, 0);
  EXPECT_EQ(job.stages[1].optimizer.momentum, 0.9);
  EXPECT_TRUE(job.stages[1].fresh_optimizer);
}

TEST(FromProto, ResolvesClassListsAndChoices) {
  v1::JobSpec spec = SmallestJob();
  spec.set_dataset("/data/quickdraw");
  spec.mutable_data()->mutable_classes()->set_named("kaggle340");
  spec.set_precision("fp16");
  spec.mutable_ranks()->set_min(2);
  spec.mutable_checkpoint()->set_every("500ba");
  spec.mutable_evaluate()->set_every("10min");
  spec.set_priority(-5);
  v1::StageSpec& stage = *spec.mutable_stages(0);
  stage.set_micro_batch("16");
  stage.mutable_schedule()->set_warmup("5%");
  ASSERT_OK_AND_ASSIGN(const JobSpec job, FromProto(spec));
  EXPECT_EQ(job.dataset, "file:///data/quickdraw");
  EXPECT_EQ(job.stages[0].view.classes.size(), 340u);
  EXPECT_EQ(job.precision, Precision::kFp16);
  EXPECT_EQ(job.max_ranks, 2) << "max is at least min";
  EXPECT_EQ(job.checkpoint_every, (Trigger{Trigger::Unit::kSteps, 500}));
  EXPECT_EQ(job.evaluate_every, (Trigger{Trigger::Unit::kSeconds, 600}));
  EXPECT_EQ(job.priority, -5);
  EXPECT_EQ(job.stages[0].micro_batch, 16);
  EXPECT_EQ(job.stages[0].warmup, (Trigger{Trigger::Unit::kShare, 0.05}));
}

TEST(FromProto, EvaluatesNeverWhereAskedTo) {
  v1::JobSpec spec = SmallestJob();
  spec.mutable_evaluate()->set_every("never");
  ASSERT_OK_AND_ASSIGN(const JobSpec job, FromProto(spec));
  EXPECT_EQ(job.evaluate_every.unit, Trigger::Unit::kNever);
}

// Storing the canonical form must not change what runs.
TEST(WithDefaults, IsIdempotentAndMeansTheSame) {
  v1::JobSpec spec = SmallestJob();
  spec.mutable_optimizer()->set_name("sgd");
  spec.mutable_stages(0)->mutable_optimizer()->set_name("adamw");
  v1::ScheduleSpec& schedule = *spec.add_stages()->mutable_schedule();
  schedule.set_kind("clr");
  schedule.set_mode("exp_range");
  schedule.set_cycle_momentum(true);
  schedule.set_step_size_up("1ep");
  const v1::JobSpec full = WithDefaults(spec);
  EXPECT_EQ(WithDefaults(full).SerializeAsString(), full.SerializeAsString());
  ASSERT_OK_AND_ASSIGN(const JobSpec before, FromProto(spec));
  ASSERT_OK_AND_ASSIGN(const JobSpec after, FromProto(full));
  EXPECT_EQ(before, after);
  EXPECT_EQ(full.stages(1).schedule().step_size_down(), "1ep");
  EXPECT_EQ(full.stages(1).schedule().max_momentum(), 0.9);
  EXPECT_FALSE(full.stages(0).has_raster());
}

TEST(WithMergedStages, ShowsEachStageWhole) {
  v1::JobSpec spec = SmallestJob();
  spec.mutable_raster()->set_size(48);
  const v1::JobSpec merged = WithMergedStages(spec);
  EXPECT_EQ(merged.stages(0).raster().size(), 48u);
  EXPECT_EQ(merged.stages(0).raster().fit(), "center");
  EXPECT_EQ(merged.stages(0).optimizer().name(), "adamw");
  EXPECT_EQ(merged.stages(0).data().classes().named(), "all");
}

TEST(FromProto, RefusesWhatIsMissing) {
  ExpectInvalid([](auto& spec) { spec.clear_dataset(); },
                "dataset: is missing: the directory that `doodle ingest` wrote");
  ExpectInvalid([](auto& spec) { spec.clear_model(); }, "model.name: is missing: `doodle models ls` lists them");
  ExpectInvalid([](auto& spec) { spec.clear_stages(); },
                "stages: at least one is needed, such as `stages: [{epochs: 8, global_batch: 1024}]`");
}

TEST(FromProto, RefusesWhatCannotBeRight) {
  ExpectInvalid([](auto& spec) { spec.mutable_model()->set_name("resnet81"); },
                "model.name: unknown model \"resnet81\", did you mean \"resnet18\"?");
  ExpectInvalid([](auto& spec) { spec.mutable_model()->set_in_channels(3); },
                "stages[0].raster.channels: are 1, but model.in_channels is 3");
  ExpectInvalid(
      [](auto& spec) {
        spec.mutable_model()->clear_in_channels();
        spec.mutable_stages(0)->mutable_raster()->mutable_channels()->set_named("time");
      },
      "stages[0].raster.channels: are 3, but model.in_channels is 1");
  ExpectInvalid([](auto& spec) { spec.mutable_raster()->mutable_channels()->add_list("smell"); },
                "raster.channels: unknown channel \"smell\", expected one of ink, order, red, green, blue, "
                "first_third, two_thirds, delay, draw_time, number, speed, acceleration, point");
  ExpectInvalid([](auto& spec) { spec.mutable_raster()->set_line_width(40); },
                "raster.line_width: must come to 0.1 to 16 pixels, a quarter of the size; is 40");
  ExpectInvalid([](auto& spec) { spec.mutable_raster()->set_margin(-1); }, "raster.margin: must be at least 0, is -1");
  ExpectInvalid([](auto& spec) { spec.mutable_augment()->set_hflip(1.5); },
                "augment.hflip: must be from 0 to 1, is 1.5");
  ExpectInvalid([](auto& spec) { spec.mutable_stages(0)->mutable_augment()->set_scale(1); },
                "stages[0].augment.scale: must be from 0 to below 1, is 1");
  ExpectInvalid([](auto& spec) { spec.set_dataset("quickdraw"); },
                "dataset: must be file:///PATH, s3://BUCKET/PREFIX or an absolute path, is \"quickdraw\"");
  ExpectInvalid([](auto& spec) { spec.set_precision("bf17"); },
                "precision: unknown value \"bf17\", did you mean \"bf16\"?");
  ExpectInvalid([](auto& spec) { spec.mutable_raster()->set_size(4); }, "raster.size: must be from 8 to 1024, is 4");
  ExpectInvalid([](auto& spec) { spec.mutable_stages(0)->mutable_raster()->set_size(8); },
                "stages[0].raster.size: is 8, but resnet18 needs at least 16");
  ExpectInvalid([](auto& spec) { spec.mutable_loss()->set_label_smoothing(1); },
                "loss.label_smoothing: must be from 0 to below 1, is 1");
  ExpectInvalid([](auto& spec) { spec.mutable_optimizer()->set_momentum(0.9); },
                "optimizer.momentum: is not used by adamw");
  ExpectInvalid(
      [](auto& spec) { spec.mutable_data()->mutable_classes()->set_named("cat"); },
      "data.classes: unknown class list \"cat\", expected one of all, kaggle340, google345; single classes go in "
      "brackets: [cat]");
  ExpectInvalid([](auto& spec) { spec.mutable_data()->mutable_classes()->set_named("kagle340"); },
                "data.classes: unknown class list \"kagle340\", did you mean \"kaggle340\"?");
  ExpectInvalid([](auto& spec) { spec.mutable_data()->mutable_classes()->add_list("cat"); },
                "data.classes: at least two classes are needed");
  ExpectInvalid([](auto& spec) { spec.mutable_data()->set_limit_per_class(0); },
                "data.limit_per_class: must be at least 1; null: no limit");
  ExpectInvalid(
      [](auto& spec) {
        spec.mutable_ranks()->set_min(3);
        spec.mutable_ranks()->set_max(2);
      },
      "ranks.max: is 2, below ranks.min, 3");
  ExpectInvalid([](auto& spec) { spec.mutable_checkpoint()->set_every("5"); },
                "checkpoint.every: \"5\" has no unit; write 500ba (batches), 2ep (epochs), 1Msp (samples), 30s, 10min, "
                "20h or 10% (of the stage)");
  ExpectInvalid([](auto& spec) { spec.set_name("a/b"); }, std::string(ValidateName("name", "a/b").message()));
}

TEST(FromProto, RefusesMoreStagesThanAnybodyMeans) {
  ExpectInvalid(
      [](auto& spec) {
        for (int i = 0; i < 100; ++i) spec.add_stages();
      },
      "stages: at most 100, there are 101");
}

TEST(FromProto, RefusesAStageThatCannotBeRight) {
  ExpectInvalid([](auto& spec) { spec.mutable_stages(0)->set_epochs(0); },
                "stages[0].epochs: must be from 1 to 1000000, is 0");
  ExpectInvalid([](auto& spec) { spec.mutable_stages(0)->set_micro_batch("2"); },
                "stages[0].micro_batch: must be auto or a whole number from 3, is \"2\"");
  ExpectInvalid([](auto& spec) { spec.mutable_stages(0)->mutable_schedule()->set_gamma(0.9); },
                "stages[0].schedule.gamma: is not used by kind one_cycle");
  ExpectInvalid([](auto& spec) { spec.mutable_stages(0)->mutable_schedule()->set_base_momentum(0.8); },
                "stages[0].schedule.base_momentum: needs cycle_momentum: true");
  ExpectInvalid([](auto& spec) { spec.mutable_stages(0)->mutable_schedule()->set_max_lr(0); },
                "stages[0].schedule.max_lr: must be a finite number above 0, is 0");
  ExpectInvalid([](auto& spec) { spec.mutable_stages(0)->mutable_schedule()->set_warmup("30s"); },
                "stages[0].schedule.warmup: 30s is wall-clock time; a schedule counts ba, ep, sp or %");
  ExpectInvalid(
      [](auto& spec) {
        spec.mutable_stages(0)->set_name("a");
        spec.add_stages()->set_name("a");
      },
      "stages[1].name: \"a\" is taken");
  ExpectInvalid([](auto& spec) { spec.add_stages()->mutable_data()->mutable_classes()->set_named("kaggle340"); },
                "stages[1].data.classes: differ from the first stage's: a job has one model with one output layer");
}

TEST(FromProto, RefusesByNameWhatIsNotBuilt) {
  ExpectUnsupported([](auto& spec) { spec.mutable_init()->set_from("job:a@best"); }, "init.from: not supported yet");
  ExpectUnsupported([](auto& spec) { spec.mutable_augment()->set_mixup(0.2); }, "augment.mixup: not supported yet");
  ExpectUnsupported([](auto& spec) { spec.mutable_optimizer()->mutable_ema()->set_decay(0.99); },
                    "optimizer.ema.decay: not supported yet");
  ExpectUnsupported([](auto& spec) { spec.set_deterministic(true); }, "deterministic: not supported yet");
  ExpectUnsupported([](auto& spec) { spec.mutable_stages(0)->mutable_schedule()->set_kind("plateau"); },
                    "stages[0].schedule.kind: \"plateau\" is not supported yet, only constant, one_cycle, cosine and "
                    "clr");
  ExpectUnsupported([](auto& spec) { spec.mutable_evaluate()->add_weights("ema"); },
                    "evaluate.weights[0]: \"ema\" is not supported yet, only raw");
}

// The number of channels that the model takes follows from the raster's.
TEST(FromProto, ReadsEveryWayToRenderAndToVaryTheDrawings) {
  v1::JobSpec spec = SmallestJob();
  spec.mutable_model()->clear_in_channels();
  spec.mutable_raster()->set_unit("frame");
  spec.mutable_raster()->set_line_width(8);
  spec.mutable_raster()->set_margin(4);
  spec.mutable_raster()->mutable_channels()->add_list("ink");
  spec.mutable_raster()->mutable_channels()->add_list("speed");
  v1::AugmentSpec& augment = *spec.mutable_augment();
  augment.set_hflip(0.5);
  augment.set_rotate(10);
  augment.set_scale(0.1);
  augment.set_shift(0.05);
  augment.set_point_drop(0.02);
  augment.set_stroke_drop(0.03);
  augment.set_time_jitter(0.2);
  spec.add_stages()->mutable_augment()->set_hflip(0);
  ASSERT_OK_AND_ASSIGN(const JobSpec job, FromProto(spec));
  EXPECT_EQ(job.in_channels, 2);
  EXPECT_EQ(job.stages[0].raster.unit, RasterUnit::kFrame);
  EXPECT_EQ(job.stages[0].raster.line_width, 8);
  EXPECT_EQ(job.stages[0].raster.margin, 4);
  EXPECT_EQ(job.stages[0].raster.channels, RasterChannels::kList);
  EXPECT_EQ(job.stages[0].raster.list, (std::vector<RasterChannel>{RasterChannel::kInk, RasterChannel::kSpeed}));
  const AugmentSpec expected{.hflip = 0.5,
                             .rotate = 10,
                             .scale = 0.1,
                             .shift = 0.05,
                             .point_drop = 0.02,
                             .stroke_drop = 0.03,
                             .time_jitter = 0.2};
  EXPECT_EQ(job.stages[0].augment, expected);
  EXPECT_EQ(job.stages[1].augment.hflip, 0);
  EXPECT_EQ(job.stages[1].augment.rotate, 10);
  for (const auto& [name, channels] : {std::pair{"color", 3}, {"thirds", 3}, {"time", 3}, {"gray", 1}}) {
    v1::JobSpec named = SmallestJob();
    named.mutable_model()->clear_in_channels();
    named.mutable_raster()->mutable_channels()->set_named(name);
    ASSERT_OK_AND_ASSIGN(const JobSpec read, FromProto(named));
    EXPECT_EQ(read.in_channels, channels) << name;
  }
}

// What only says what happens anyway is no feature.
TEST(FromProto, AcceptsNeutralValuesOfWhatIsNotBuilt) {
  v1::JobSpec spec = SmallestJob();
  spec.mutable_augment()->set_hflip(0);
  spec.mutable_augment()->set_mixup(0);
  spec.mutable_optimizer()->set_clip_norm(0);
  spec.mutable_init()->set_from("");
  spec.mutable_init()->set_head("auto");
  spec.mutable_evaluate()->add_weights("raw");
  spec.set_audit(false);
  spec.set_deterministic(false);
  ASSERT_OK_AND_ASSIGN(const JobSpec job, FromProto(spec));
  ASSERT_OK_AND_ASSIGN(const JobSpec plain, FromProto(SmallestJob()));
  EXPECT_EQ(job, plain);
  EXPECT_THAT(job.stages[0].view.classes, IsEmpty());
}

}  // namespace
}  // namespace doodle
