#include <nlohmann/json.hpp>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "cli/commands.h"
#include "cli/format.h"
#include "cli/text_table.h"
#include "common/catalog/models.h"

namespace doodle {

namespace {

// The size that the table shows: gray drawings, the classes of the competition.
constexpr int kChannels = 1;
constexpr int kClasses = 340;

absl::Status ListModels(Environment& environment) {
  nlohmann::ordered_json models = nlohmann::ordered_json::array();
  TextTable table({"NAME", "PARAMETERS>", "GMAC AT 128>", "NATIVE INPUT>", "MINIMUM INPUT>", "KEYS", "DESCRIPTION"});
  for (const ModelEntry& model : Models()) {
    const int64_t parameters = model.Parameters(kChannels, kClasses);
    table.Add({std::string(model.name), CountText(static_cast<uint64_t>(parameters)),
               absl::StrFormat("%.2f", model.gmac_128), absl::StrCat(model.native_input, " px"),
               absl::StrCat(model.minimum_input, " px"), std::string(model.key_style), std::string(model.description)});
    models.push_back({{"name", std::string(model.name)},
                      {"parameters", parameters},
                      {"gmac128", model.gmac_128},
                      {"nativeInput", model.native_input},
                      {"minimumInput", model.minimum_input},
                      {"keyStyle", std::string(model.key_style)},
                      {"description", std::string(model.description)}});
  }
  if (environment.console.json()) {
    environment.console.Data(nlohmann::ordered_json({{"models", models}}).dump(2));
  } else {
    environment.console.Data(table.Text());
  }
  return absl::OkStatus();
}

}  // namespace

void AddModelsCommand(Command root, Environment& environment) {
  Command models = root.Add({"models", "model"}, "Models that a job can name.", "doodle models ls");
  Command list =
      models.Add({"ls"}, "Name, parameters (gray input, 340 classes), operations, input sizes.", "doodle models ls");
  list.Run([&environment] { return ListModels(environment); });
}

}  // namespace doodle
