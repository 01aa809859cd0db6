#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "cli/commands.h"

namespace doodle {

namespace {

// The program itself knows the words (command_line.cc, --complete-words), so the script never grows old.
constexpr char kBash[] = R"sh(_doodle() {
  COMPREPLY=($(compgen -W "$(doodle --complete-words "${COMP_WORDS[@]:1:COMP_CWORD-1}" 2> /dev/null)" \
    -- "${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _doodle doodle
)sh";
constexpr char kZsh[] = "autoload -U +X bashcompinit && bashcompinit\n";

absl::Status PrintScript(Console& console, const std::string& shell) {
  if (shell == "bash") {
    console.Data(kBash);
  } else if (shell == "zsh") {
    console.Data(absl::StrCat(kZsh, kBash));
  } else {
    return absl::InvalidArgumentError(absl::StrCat("no completion for \"", shell, "\"; there are: bash, zsh"));
  }
  return absl::OkStatus();
}

}  // namespace

void AddCompletionCommand(Command root, Environment& environment) {
  auto shell = std::make_shared<std::string>();
  Command completion = root.Add({"completion"}, "A script that completes commands and options in a shell.",
                                "source <(doodle completion bash)");
  completion.Argument(*shell, "SHELL", "bash or zsh.");
  completion.Run([&environment, shell] { return PrintScript(environment.console, *shell); });
}

}  // namespace doodle
