// Where a command's words go: data to standard output, messages to standard error, with colors and redrawn lines only
// on a terminal.
#ifndef DOODLE_CLI_CONSOLE_H_
#define DOODLE_CLI_CONSOLE_H_

#include <ostream>
#include <string>

#include "absl/strings/string_view.h"

namespace doodle {

enum class Color { kNone, kBold, kDim, kGreen, kYellow, kRed };

// Thread-compatible.
class Console {
 public:
  struct Options {
    bool out_is_terminal = false;
    bool error_is_terminal = false;
    bool color = false;  // NO_COLOR unset and both streams terminals.
    int width = 80;      // Columns.
  };

  // The streams must outlive it.
  Console(std::ostream& out, std::ostream& error, Options options) : out_(out), error_(error), options_(options) {}

  // The process's own streams, asked whether they are terminals; `no_color` is the variable NO_COLOR.
  static Options ProcessOptions(bool no_color);

  // Data, as it is, ended with a line break if it has none.
  void Data(absl::string_view text);
  // A line for people, on standard error.
  void Message(absl::string_view text);
  // A line that replaces the last transient one; nothing off a terminal. Any other output clears it first.
  void Transient(absl::string_view text);
  void ClearTransient();

  std::string Paint(Color color, absl::string_view text) const;
  const Options& options() const { return options_; }

  // Whether the command was asked for JSON.
  bool json() const { return json_; }
  void set_json(bool json) { json_ = json; }

 private:
  std::ostream& out_;
  std::ostream& error_;
  const Options options_;
  bool json_ = false;
  bool transient_ = false;
};

}  // namespace doodle

#endif  // DOODLE_CLI_CONSOLE_H_
