// The tree of commands and their options: the only user of CLI11.
//
//     CommandTree tree("doodle", "Train sketch recognizers.", "doodle up", [&](const std::string& text) {...});
//     Command jobs = tree.root().Add({"jobs", "job"}, "Jobs of a coordinator.", "doodle jobs ls");
//     Command describe = jobs.Add({"describe"}, "Everything about a job.", "doodle jobs describe quick");
//     describe.Argument(job, "JOB", "Its id.");
//     describe.Run([&] { return Describe(job); });
//     DOODLE_ASSIGN_OR_RETURN(Command::Action action, tree.Parse(arguments));
#ifndef DOODLE_CLI_COMMAND_TREE_H_
#define DOODLE_CLI_COMMAND_TREE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace doodle {

namespace internal {
struct CommandNode;
}  // namespace internal

// A handle on one command, cheap to copy. Values that it binds must outlive the tree. Options are written as CLI11
// wants them: "-o,--out". Thread-compatible.
class Command {
 public:
  using Action = std::function<absl::Status()>;

  // `names`: the name that help shows, then those also accepted. `example` leads its help, a line for each command.
  Command Add(const std::vector<std::string>& names, const std::string& about, const std::string& example);

  // Required, by position.
  void Argument(std::string& value, const std::string& name, const std::string& help);
  // One or more, by position; the last ones.
  void Arguments(std::vector<std::string>& values, const std::string& name, const std::string& help);
  // None or one, by position.
  void OptionalArgument(std::string& value, const std::string& name, const std::string& help);

  // `type` stands for the value in the help: "URI". A value in `value` beforehand is the default.
  void Option(std::string& value, const std::string& option, const std::string& type, const std::string& help);
  void Option(int64_t& value, const std::string& option, const std::string& type, const std::string& help);
  void Option(std::optional<int64_t>& value, const std::string& option, const std::string& type,
              const std::string& help);  // For one whose absence no number says.
  void RequiredOption(std::string& value, const std::string& option, const std::string& type, const std::string& help);
  // May be given several times, one value each.
  void Options(std::vector<std::string>& values, const std::string& option, const std::string& type,
               const std::string& help);
  void Flag(bool& value, const std::string& option, const std::string& help);

  // What the command does; a command without it needs one of its own commands.
  void Run(Action action);

 private:
  friend class CommandTree;
  explicit Command(internal::CommandNode* node) : node_(node) {}
  internal::CommandNode* node_;  // Owned by the tree.
};

// Thread-compatible.
class CommandTree {
 public:
  // `print_help` gets the text that `-h` asks for.
  CommandTree(const std::string& name, const std::string& about, const std::string& example,
              std::function<void(const std::string&)> print_help);
  ~CommandTree();

  Command root();

  // Binds the values and returns what to run; for `-h`, an action that prints the help. INVALID_ARGUMENT, in words for
  // the user, for anything that the tree does not have; an unknown command comes with the nearest that there is. The
  // root's options may stand anywhere. Once. `arguments` are without the program's name.
  absl::StatusOr<Command::Action> Parse(const std::vector<std::string>& arguments);

  // What may stand after `words`: the commands of the noun, else the options of the verb and of the root. For shells.
  std::vector<std::string> Completions(const std::vector<std::string>& words) const;

 private:
  const std::function<void(const std::string&)> print_help_;
  const std::unique_ptr<internal::CommandNode> root_;
};

}  // namespace doodle

#endif  // DOODLE_CLI_COMMAND_TREE_H_
