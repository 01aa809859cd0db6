#include "cli/command_tree.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "common/catalog/nearest_name.h"

namespace doodle {

namespace internal {
struct CommandNode {
  CLI::App* app = nullptr;
  std::vector<std::string> names;
  std::string path;  // "doodle jobs ls"
  Command::Action action;
  std::vector<std::unique_ptr<CommandNode>> children;
  std::unique_ptr<CLI::App> owned;  // The root's.

  CommandNode* Child(const std::string& name) const {
    for (const auto& child : children) {
      if (std::find(child->names.begin(), child->names.end(), name) != child->names.end()) return child.get();
    }
    return nullptr;
  }
};
}  // namespace internal

namespace {

constexpr char kEverywhere[] =
    "Everywhere:\n"
    "  --coordinator HOST:PORT     else DOODLE_COORDINATOR, else the current context (doodle contexts ls)\n"
    "  --json                      one JSON object on standard output, for programs\n";

// Help that leads with the example. The example is kept in the app's footer.
class ExampleFirst : public CLI::Formatter {
 public:
  std::string make_description(const CLI::App* app) const override {
    std::string example = absl::StrReplaceAll(app->get_footer(), {{"\n", "\n  "}});
    return absl::StrCat("Example:\n  ", example, "\n\n", app->get_description(), "\n\n");
  }
  std::string make_footer(const CLI::App*) const override { return kEverywhere; }
};

void Describe(CLI::App* app, const std::string& example) {
  app->footer(example);
  app->formatter(std::make_shared<ExampleFirst>());
}

CLI::Option* Typed(CLI::Option* option, const std::string& type) {
  option->type_name(type);
  return option;
}

std::string ChildNames(const internal::CommandNode& node) {
  return absl::StrJoin(node.children, ", ", [](std::string* out, const auto& child) { *out += child->names.front(); });
}

absl::Status UnknownCommand(const internal::CommandNode& node, const std::string& word) {
  std::vector<absl::string_view> names;
  for (const auto& child : node.children) names.push_back(child->names.front());
  const std::string nearest = NearestName(word, names);
  return absl::InvalidArgumentError(
      absl::StrCat("unknown command '", node.path, " ", word, "'",
                   nearest.empty() ? absl::StrCat("; there are: ", ChildNames(node))
                                   : absl::StrCat("; did you mean '", node.path, " ", nearest, "'?")));
}

absl::Status WrongUsage(const internal::CommandNode& node, const std::string& what) {
  return absl::InvalidArgumentError(absl::StrCat(what, "\nSee `", node.path, " -h`."));
}

std::vector<std::string> LongOptions(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

// What of a command line had no place: an option that is none, else a word too many.
std::string Unexpected(const CLI::App& root, const CLI::App& command) {
  const std::vector<std::string> words = root.remaining(/*recurse=*/true);
  const auto option = std::find_if(words.begin(), words.end(), [](const auto& word) { return word.starts_with('-'); });
  if (option == words.end()) return absl::StrCat("unexpected argument \"", ShownText(words.front()), "\"");
  const std::vector<std::string> known = LongOptions(command);
  const std::string nearest =
      NearestName(option->substr(0, option->find('=')), std::vector<absl::string_view>(known.begin(), known.end()));
  return absl::StrCat("unknown option ", ShownText(*option),
                      nearest.empty() ? "" : absl::StrCat("; did you mean ", nearest, "?"));
}

// CLI11's "Could not convert: --samples = x"; only whole numbers are converted.
std::string NotANumber(absl::string_view error) {
  absl::ConsumePrefix(&error, "Could not convert: ");
  const std::pair<std::string, std::string> parts = absl::StrSplit(error, absl::MaxSplits(" = ", 1));
  return absl::StrCat(parts.first, ": \"", ShownText(parts.second), "\" is not a whole number");
}

// Options of the root may stand anywhere; CLI11 wants them first. (Its own way, falling through to the parent, would
// take a job or a folder named after a command for that command.)
struct SplitArguments {
  std::vector<std::string> of_root;
  std::vector<std::string> rest;
};

SplitArguments SplitOff(const CLI::App& root, const std::vector<std::string>& arguments) {
  SplitArguments split;
  for (auto word = arguments.begin(); word != arguments.end(); ++word) {
    if (*word == "--") {
      split.rest.insert(split.rest.end(), word, arguments.end());
      break;
    }
    const bool long_option = absl::StartsWith(*word, "--") && !absl::StartsWith(*word, "--help");
    const CLI::Option* option = long_option ? root.get_option_no_throw(word->substr(0, word->find('='))) : nullptr;
    std::vector<std::string>& side = option != nullptr ? split.of_root : split.rest;
    side.push_back(*word);
    const bool value_follows =
        option != nullptr && option->get_items_expected_min() > 0 && !absl::StrContains(*word, "=");
    if (value_follows && word + 1 != arguments.end()) side.push_back(*++word);
  }
  return split;
}

// The command that the leading words name. CLI11 would report an unknown one as a missing one.
absl::StatusOr<internal::CommandNode*> FindCommand(internal::CommandNode* root, const std::vector<std::string>& words) {
  internal::CommandNode* node = root;
  for (const std::string& word : words) {
    if (node->children.empty()) break;
    if (absl::StartsWith(word, "-")) continue;
    internal::CommandNode* child = node->Child(word);
    if (child == nullptr) return UnknownCommand(*node, word);
    node = child;
  }
  return node;
}

}  // namespace

Command Command::Add(const std::vector<std::string>& names, const std::string& about, const std::string& example) {
  auto child = std::make_unique<internal::CommandNode>();
  child->app = node_->app->add_subcommand(names.front(), about);
  child->names = names;
  child->path = absl::StrCat(node_->path, " ", names.front());
  for (size_t i = 1; i < names.size(); ++i) child->app->alias(names[i]);
  Describe(child->app, example);
  node_->children.push_back(std::move(child));
  return Command(node_->children.back().get());
}

void Command::Argument(std::string& value, const std::string& name, const std::string& help) {
  Typed(node_->app->add_option(name, value, help), "")->required();
}

void Command::Arguments(std::vector<std::string>& values, const std::string& name, const std::string& help) {
  Typed(node_->app->add_option(name, values, help), "")->required();
}

void Command::OptionalArgument(std::string& value, const std::string& name, const std::string& help) {
  Typed(node_->app->add_option(name, value, help), "");
}

void Command::Option(std::string& value, const std::string& option, const std::string& type, const std::string& help) {
  Typed(node_->app->add_option(option, value, help), type);
}

void Command::Option(int64_t& value, const std::string& option, const std::string& type, const std::string& help) {
  Typed(node_->app->add_option(option, value, help), type);
}

void Command::Option(std::optional<int64_t>& value, const std::string& option, const std::string& type,
                     const std::string& help) {
  Typed(node_->app->add_option(option, value, help), type);
}

void Command::RequiredOption(std::string& value, const std::string& option, const std::string& type,
                             const std::string& help) {
  Typed(node_->app->add_option(option, value, help), type)->required();
}

void Command::Options(std::vector<std::string>& values, const std::string& option, const std::string& type,
                      const std::string& help) {
  Typed(node_->app->add_option(option, values, help), type)
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

void Command::Flag(bool& value, const std::string& option, const std::string& help) {
  node_->app->add_flag(option, value, help);
}

void Command::Run(Action action) { node_->action = std::move(action); }

CommandTree::CommandTree(const std::string& name, const std::string& about, const std::string& example,
                         std::function<void(const std::string&)> print_help)
    : print_help_(std::move(print_help)), root_(std::make_unique<internal::CommandNode>()) {
  root_->owned = std::make_unique<CLI::App>(about, name);
  root_->app = root_->owned.get();
  root_->names = {name};
  root_->path = name;
  Describe(root_->app, example);
}

CommandTree::~CommandTree() = default;

Command CommandTree::root() { return Command(root_.get()); }

absl::StatusOr<Command::Action> CommandTree::Parse(const std::vector<std::string>& arguments) {
  const SplitArguments split = SplitOff(*root_->app, arguments);
  absl::StatusOr<internal::CommandNode*> node = FindCommand(root_.get(), split.rest);
  if (!node.ok()) return node.status();
  std::vector<std::string> reversed(split.rest.rbegin(), split.rest.rend());
  reversed.insert(reversed.end(), split.of_root.rbegin(), split.of_root.rend());
  try {
    root_->app->parse(reversed);
  } catch (const CLI::CallForHelp&) {
    return Command::Action([this, text = root_->app->help()] {
      print_help_(text);
      return absl::OkStatus();
    });
  } catch (const CLI::ExtrasError&) {
    return WrongUsage(**node, Unexpected(*root_->app, *(*node)->app));
  } catch (const CLI::ConversionError& error) {
    return WrongUsage(**node, NotANumber(error.what()));
  } catch (const CLI::ParseError& error) {
    return WrongUsage(**node, error.what());
  }
  if (!(*node)->action) {
    return WrongUsage(**node, absl::StrCat((*node)->path, ": needs a command: ", ChildNames(**node)));
  }
  return (*node)->action;
}

std::vector<std::string> CommandTree::Completions(const std::vector<std::string>& words) const {
  const internal::CommandNode* node = root_.get();
  for (const std::string& word : words) {
    if (const internal::CommandNode* child = node->Child(word)) node = child;
  }
  std::vector<std::string> completions;
  for (const auto& child : node->children) completions.push_back(child->names.front());
  if (!completions.empty()) return completions;
  for (const CLI::App* app : {static_cast<const CLI::App*>(node->app), static_cast<const CLI::App*>(root_->app)}) {
    const std::vector<std::string> options = LongOptions(*app);
    completions.insert(completions.end(), options.begin(), options.end());
  }
  std::sort(completions.begin(), completions.end());
  completions.erase(std::unique(completions.begin(), completions.end()), completions.end());
  return completions;
}

}  // namespace doodle
