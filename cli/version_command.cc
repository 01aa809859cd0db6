#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "cli/commands.h"
#include "common/ids/version.h"

namespace doodle {

void AddVersionCommand(Command root, Environment& environment) {
  Command version = root.Add({"version"}, "The version of this program.", "doodle version");
  version.Run([&environment] {
    Console& console = environment.console;
    console.Data(console.json() ? nlohmann::json({{"version", std::string(Version())}}).dump(2)
                                : absl::StrCat("doodle ", Version()));
    return absl::OkStatus();
  });
}

}  // namespace doodle
