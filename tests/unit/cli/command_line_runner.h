// Runs the command line inside the test, in a directory of its own.
#ifndef DOODLE_TESTS_UNIT_CLI_COMMAND_LINE_RUNNER_H_
#define DOODLE_TESTS_UNIT_CLI_COMMAND_LINE_RUNNER_H_

#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <optional>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "cli/command_line.h"
#include "common/ids/random_id.h"

namespace doodle {

struct Outcome {
  int code = 0;
  std::string out;
  std::string error;
};

// The directory is the working directory and the home of what runs, and is removed at the end. Variables of the
// process are not seen, only `variables`.
class CommandLineRunner {
 public:
  CommandLineRunner() : directory_(std::filesystem::temp_directory_path() / ("doodle-cli-" + RandomHex())) {
    std::filesystem::create_directories(directory_);
  }
  ~CommandLineRunner() { std::filesystem::remove_all(directory_); }

  Outcome Run(const std::vector<std::string>& arguments) {
    NotifyingBuffer buffer(on_output);
    std::ostream out(&buffer);
    std::ostringstream error;
    Console console(out, error, Console::Options{});
    Environment environment = MakeEnvironment(console);
    const int code = RunCommandLine(arguments, environment);
    return {code, buffer.str(), error.str()};
  }

  Environment MakeEnvironment(Console& console) {
    return Environment{.console = console,
                       .files = LocalFileSystem(),
                       .clock = RealClock(),
                       .variable = [this](const std::string& name) -> std::optional<std::string> {
                         const auto found = variables.find(name);
                         if (found == variables.end()) return std::nullopt;
                         return found->second;
                       },
                       .program_directory = directory_.string(),
                       .working_directory = directory_.string(),
                       .coordinator = {}};
  }

  std::string Path(const std::string& name) const { return (directory_ / name).string(); }

  void Write(const std::string& name, const std::string& content) {
    std::filesystem::create_directories((directory_ / name).parent_path());
    std::ofstream(directory_ / name, std::ios::binary) << content;
  }

  // A shell script beside the program, in place of a daemon or a trainer.
  void WriteProgram(const std::string& name, const std::string& script) {
    Write(name, "#!/bin/sh\n" + script);
    std::filesystem::permissions(directory_ / name, std::filesystem::perms::owner_all);
  }

  std::string Read(const std::string& name) const {
    std::ostringstream text;
    text << std::ifstream(directory_ / name, std::ios::binary).rdbuf();
    return text.str();
  }

  std::map<std::string, std::string> variables;
  std::function<void()> on_output;  // Called when data has been written.

 private:
  class NotifyingBuffer : public std::stringbuf {
   public:
    explicit NotifyingBuffer(std::function<void()> notify) : notify_(std::move(notify)) {}
    int sync() override {
      if (notify_) notify_();
      return 0;
    }

   private:
    const std::function<void()> notify_;
  };

  const std::filesystem::path directory_;
};

}  // namespace doodle

#endif  // DOODLE_TESTS_UNIT_CLI_COMMAND_LINE_RUNNER_H_
