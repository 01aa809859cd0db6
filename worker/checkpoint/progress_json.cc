#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "common/status/status.h"
#include "worker/checkpoint/model_state.h"

namespace doodle {
namespace {

using Json = nlohmann::ordered_json;

absl::Status Damaged(absl::string_view field) {
  return absl::DataLossError(absl::StrCat("state.json: no proper ", field));
}

// JSON has no NaN: a loss that is none is written as null.
Json Number(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

bool Read(const Json& json, const char* name, double& value) {
  if (!json.contains(name)) return false;
  if (json[name].is_null()) return value = std::numeric_limits<double>::quiet_NaN(), true;
  return json[name].is_number() && (value = json[name].get<double>(), true);
}

bool Read(const Json& json, const char* name, uint64_t& value) {
  return json.contains(name) && json[name].is_number_unsigned() && (value = json[name].get<uint64_t>(), true);
}

bool Read(const Json& json, const char* name, std::string& value) {
  return json.contains(name) && json[name].is_string() && (value = json[name].get<std::string>(), true);
}

absl::StatusOr<EvaluationRecord> ParseEvaluation(const Json& json) {
  EvaluationRecord record;
  if (!json.is_object() || !Read(json, "step", record.step) || !Read(json, "split", record.split) ||
      !Read(json, "weights", record.weights) || !Read(json, "loss", record.loss) || !Read(json, "top1", record.top1) ||
      !Read(json, "top3", record.top3) || !Read(json, "map3", record.map3) ||
      !Read(json, "drawings", record.drawings)) {
    return Damaged("evaluation");
  }
  return record;
}

// Absent from states of jobs that do not scale.
absl::StatusOr<std::optional<LossScale>> ParseLossScale(const Json& json) {
  if (!json.contains("loss_scale")) return std::optional<LossScale>();
  LossScale scale;
  const Json& entry = json["loss_scale"];
  if (!entry.is_object() || !Read(entry, "scale", scale.scale) || !Read(entry, "good_steps", scale.good_steps) ||
      !(scale.scale > 0 && std::isfinite(scale.scale))) {
    return Damaged("loss_scale");
  }
  return std::optional<LossScale>(scale);
}

}  // namespace

std::string SerializeProgress(const Progress& progress) {
  Json evaluations = Json::array();
  for (const EvaluationRecord& record : progress.evaluations) {
    evaluations.push_back({{"step", record.step},
                           {"split", record.split},
                           {"weights", record.weights},
                           {"loss", Number(record.loss)},
                           {"top1", Number(record.top1)},
                           {"top3", Number(record.top3)},
                           {"map3", Number(record.map3)},
                           {"drawings", record.drawings}});
  }
  Json json = {{"version", 1},
               {"generation", progress.tag.generation},
               {"next_step", progress.tag.next_step},
               {"stage", progress.stage},
               {"evaluations", evaluations}};
  if (progress.loss_scale) {
    json["loss_scale"] = {{"scale", progress.loss_scale->scale}, {"good_steps", progress.loss_scale->good_steps}};
  }
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

absl::StatusOr<Progress> ParseProgress(absl::string_view text) {
  Json json = Json::parse(text.begin(), text.end(), nullptr, /*allow_exceptions=*/false);
  uint64_t version = 0;
  if (!json.is_object() || !Read(json, "version", version)) return Damaged("version");
  if (version != 1) return absl::UnimplementedError(absl::StrCat("state.json: version ", version, " is not known"));
  Progress progress;
  uint64_t stage = 0;
  if (!Read(json, "generation", progress.tag.generation)) return Damaged("generation");
  if (!Read(json, "next_step", progress.tag.next_step)) return Damaged("next_step");
  if (!Read(json, "stage", stage) || stage > std::numeric_limits<uint32_t>::max()) return Damaged("stage");
  progress.stage = static_cast<uint32_t>(stage);
  if (!json.contains("evaluations") || !json["evaluations"].is_array()) return Damaged("evaluations");
  for (const Json& entry : json["evaluations"]) {
    DOODLE_ASSIGN_OR_RETURN(EvaluationRecord record, ParseEvaluation(entry));
    progress.evaluations.push_back(std::move(record));
  }
  DOODLE_ASSIGN_OR_RETURN(progress.loss_scale, ParseLossScale(json));
  return progress;
}

}  // namespace doodle
