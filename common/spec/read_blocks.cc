#include "common/spec/read_blocks.h"

#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/catalog/class_lists.h"
#include "common/ids/names.h"
#include "common/render/raster_words.h"
#include "common/render/rasterizer.h"
#include "common/spec/spec_fields.h"
#include "common/spec/spec_words.h"

namespace doodle {
namespace {

absl::StatusOr<std::vector<std::string>> NamedClasses(const std::string& name) {
  if (name == "all") return std::vector<std::string>();
  const auto list = FindClassList(name);
  if (list.has_value()) return std::vector<std::string>(list->begin(), list->end());
  constexpr absl::string_view kNames[] = {"all", "kaggle340", "google345"};
  const bool one_class = NearestName(name, kNames).empty();
  const std::string hint = one_class ? absl::StrCat("; single classes go in brackets: [", name, "]") : "";
  return InvalidField("data.classes", absl::StrCat(UnknownName("class list", name, kNames), hint));
}

absl::StatusOr<std::vector<std::string>> ListedClasses(const v1::ClassSelection& classes) {
  std::set<std::string> seen;
  for (int i = 0; i < classes.list_size(); ++i) {
    const std::string path = ElementPath("data.classes", i);
    if (classes.list(i).empty()) return InvalidField(path, "the name is empty");
    if (!seen.insert(classes.list(i)).second) {
      return InvalidField(path, absl::StrCat("\"", classes.list(i), "\" is listed twice"));
    }
  }
  if (seen.size() < 2) return InvalidField("data.classes", "at least two classes are needed");
  return std::vector<std::string>(classes.list().begin(), classes.list().end());
}

absl::StatusOr<std::vector<std::string>> ReadClasses(const v1::ClassSelection& classes) {
  if (classes.list_size() == 0) return NamedClasses(classes.named());
  if (!classes.named().empty()) return InvalidField("data.classes", "has both a name and a list");
  return ListedClasses(classes);
}

absl::Status ReadChannels(const v1::ChannelSelection& channels, RasterSpec& raster) {
  constexpr absl::string_view kPath = "raster.channels";
  if (channels.list_size() == 0) {
    DOODLE_ASSIGN_OR_RETURN(raster.channels, ParseWord<RasterChannels>(kPath, channels.named(), kChannelWords));
    return absl::OkStatus();
  }
  if (!channels.named().empty()) return InvalidField(kPath, "has both a name and a list");
  if (channels.list_size() > static_cast<int>(kMaxRasterChannels)) {
    return InvalidField(kPath, absl::StrCat("at most ", kMaxRasterChannels, ", there are ", channels.list_size()));
  }
  raster.channels = RasterChannels::kList;
  for (int i = 0; i < channels.list_size(); ++i) {
    const absl::string_view name = channels.list(i);
    const auto channel = RasterChannelOf(name);
    if (!channel) return InvalidField(kPath, UnknownName("channel", name, RasterChannelNames()));
    raster.list.push_back(*channel);
  }
  return absl::OkStatus();
}

absl::Status RefuseRate(absl::string_view path, double rate) {
  DOODLE_RETURN_IF_ERROR(CheckBetween(path, rate, 0, 1));
  return rate == 0 ? absl::OkStatus() : UnsupportedField(path);
}

absl::Status RefuseUnused(bool given, absl::string_view field, const std::string& optimizer) {
  if (!given) return absl::OkStatus();
  return InvalidField(absl::StrCat("optimizer.", field), absl::StrCat("is not used by ", optimizer));
}

absl::Status ReadAdamW(const v1::OptimizerSpec& message, OptimizerSpec& optimizer) {
  DOODLE_RETURN_IF_ERROR(RefuseUnused(message.has_momentum(), "momentum", message.name()));
  DOODLE_RETURN_IF_ERROR(RefuseUnused(message.has_nesterov(), "nesterov", message.name()));
  DOODLE_RETURN_IF_ERROR(CheckFromToBelow("optimizer.beta1", message.beta1(), 0, 1));
  DOODLE_RETURN_IF_ERROR(CheckFromToBelow("optimizer.beta2", message.beta2(), 0, 1));
  DOODLE_RETURN_IF_ERROR(CheckAbove("optimizer.eps", message.eps(), 0));
  optimizer.beta1 = message.beta1();
  optimizer.beta2 = message.beta2();
  optimizer.eps = message.eps();
  return absl::OkStatus();
}

absl::Status ReadSgd(const v1::OptimizerSpec& message, OptimizerSpec& optimizer) {
  DOODLE_RETURN_IF_ERROR(RefuseUnused(message.has_beta1(), "beta1", message.name()));
  DOODLE_RETURN_IF_ERROR(RefuseUnused(message.has_beta2(), "beta2", message.name()));
  DOODLE_RETURN_IF_ERROR(RefuseUnused(message.has_eps(), "eps", message.name()));
  DOODLE_RETURN_IF_ERROR(CheckFromToBelow("optimizer.momentum", message.momentum(), 0, 1));
  optimizer.momentum = message.momentum();
  optimizer.nesterov = message.nesterov();
  if (optimizer.nesterov && optimizer.momentum == 0)
    return InvalidField("optimizer.nesterov", "needs momentum above 0");
  return absl::OkStatus();
}

// Not built yet; 0 says what happens anyway.
absl::Status RefuseClipAndEma(const v1::OptimizerSpec& message) {
  DOODLE_RETURN_IF_ERROR(CheckAtLeast("optimizer.clip_norm", message.clip_norm(), 0));
  if (message.clip_norm() > 0) return UnsupportedField("optimizer.clip_norm");
  DOODLE_RETURN_IF_ERROR(CheckFromToBelow("optimizer.ema.decay", message.ema().decay(), 0, 1));
  if (message.ema().decay() > 0) return UnsupportedField("optimizer.ema.decay");
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<ViewSpec> ReadData(const v1::DataSpec& data) {
  ViewSpec view;
  DOODLE_RETURN_IF_ERROR(ValidateName("data.split", data.split()));
  view.split = data.split();
  DOODLE_ASSIGN_OR_RETURN(view.classes, ReadClasses(data.classes()));
  DOODLE_ASSIGN_OR_RETURN(view.recognized, ParseWord<RecognizedFilter>("data.filter.recognized",
                                                                       data.filter().recognized(), kRecognizedWords));
  if (data.has_limit_per_class()) {
    if (data.limit_per_class() == 0) return InvalidField("data.limit_per_class", "must be at least 1; null: no limit");
    view.limit_per_class = data.limit_per_class();
  }
  return view;
}

absl::StatusOr<RasterSpec> ReadRaster(const v1::RasterSpec& message) {
  RasterSpec raster;
  DOODLE_RETURN_IF_ERROR(CheckBetween("raster.size", message.size(), 8, 1024));
  raster.size = static_cast<int>(message.size());
  DOODLE_RETURN_IF_ERROR(CheckAbove("raster.line_width", message.line_width(), 0));
  raster.line_width = message.line_width();
  DOODLE_RETURN_IF_ERROR(CheckAtLeast("raster.margin", message.margin(), 0));
  raster.margin = message.margin();
  DOODLE_ASSIGN_OR_RETURN(raster.unit, ParseWord<RasterUnit>("raster.unit", message.unit(), kUnitWords));
  DOODLE_ASSIGN_OR_RETURN(raster.fit, ParseWord<RasterFit>("raster.fit", message.fit(), kFitWords));
  DOODLE_RETURN_IF_ERROR(ReadChannels(message.channels(), raster));
  DOODLE_ASSIGN_OR_RETURN(raster.normalize,
                          ParseWord<RasterNormalize>("raster.normalize", message.normalize(), kNormalizeWords));
  DOODLE_RETURN_IF_ERROR(Rasterizer::Create(raster).status());
  return raster;
}

absl::StatusOr<LossSpec> ReadLoss(const v1::LossSpec& message) {
  constexpr Word<bool> kKinds[] = {{"cross_entropy", true}};
  const auto kind = ParseWord<bool>("loss.kind", message.kind(), kKinds);
  if (!kind.ok()) return kind.status();
  DOODLE_RETURN_IF_ERROR(CheckFromToBelow("loss.label_smoothing", message.label_smoothing(), 0, 1));
  if (message.class_weights_size() > 0) return UnsupportedField("loss.class_weights");
  if (message.teachers_size() > 0) return UnsupportedField("loss.teachers");
  LossSpec loss;
  loss.label_smoothing = message.label_smoothing();
  return loss;
}

absl::StatusOr<OptimizerSpec> ReadOptimizer(const v1::OptimizerSpec& message) {
  OptimizerSpec optimizer;
  DOODLE_ASSIGN_OR_RETURN(optimizer.kind, ParseWord<OptimizerKind>("optimizer.name", message.name(), kOptimizerWords));
  DOODLE_RETURN_IF_ERROR(CheckAtLeast("optimizer.weight_decay", message.weight_decay(), 0));
  optimizer.weight_decay = message.weight_decay();
  const bool adamw = optimizer.kind == OptimizerKind::kAdamW;
  DOODLE_RETURN_IF_ERROR(adamw ? ReadAdamW(message, optimizer) : ReadSgd(message, optimizer));
  DOODLE_RETURN_IF_ERROR(RefuseClipAndEma(message));
  return optimizer;
}

absl::StatusOr<AugmentSpec> ReadAugment(const v1::AugmentSpec& message) {
  DOODLE_RETURN_IF_ERROR(CheckBetween("augment.hflip", message.hflip(), 0, 1));
  DOODLE_RETURN_IF_ERROR(CheckBetween("augment.rotate", message.rotate(), 0, 180));
  DOODLE_RETURN_IF_ERROR(CheckFromToBelow("augment.scale", message.scale(), 0, 1));
  DOODLE_RETURN_IF_ERROR(CheckBetween("augment.shift", message.shift(), 0, 1));
  DOODLE_RETURN_IF_ERROR(CheckBetween("augment.point_drop", message.point_drop(), 0, 1));
  DOODLE_RETURN_IF_ERROR(CheckBetween("augment.stroke_drop", message.stroke_drop(), 0, 1));
  DOODLE_RETURN_IF_ERROR(CheckBetween("augment.time_jitter", message.time_jitter(), 0, 1));
  DOODLE_RETURN_IF_ERROR(RefuseRate("augment.mixup", message.mixup()));
  DOODLE_RETURN_IF_ERROR(RefuseRate("augment.cutmix", message.cutmix()));
  AugmentSpec augment;
  augment.hflip = message.hflip();
  augment.rotate = message.rotate();
  augment.scale = message.scale();
  augment.shift = message.shift();
  augment.point_drop = message.point_drop();
  augment.stroke_drop = message.stroke_drop();
  augment.time_jitter = message.time_jitter();
  return augment;
}

}  // namespace doodle
