#include "cli/console.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace doodle {

namespace {

constexpr char kClearLine[] = "\r\x1b[K";

const char* Escape(Color color) {
  switch (color) {
    case Color::kBold:
      return "\x1b[1m";
    case Color::kDim:
      return "\x1b[2m";
    case Color::kGreen:
      return "\x1b[32m";
    case Color::kYellow:
      return "\x1b[33m";
    case Color::kRed:
      return "\x1b[31m";
    case Color::kNone:
      break;
  }
  return "";
}

int TerminalWidth() {
  winsize size{};
  if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 80;
  return size.ws_col;
}

}  // namespace

Console::Options Console::ProcessOptions(bool no_color) {
  Options options;
  options.out_is_terminal = isatty(STDOUT_FILENO) == 1;
  options.error_is_terminal = isatty(STDERR_FILENO) == 1;
  options.color = options.out_is_terminal && options.error_is_terminal && !no_color;
  options.width = TerminalWidth();
  return options;
}

void Console::Data(absl::string_view text) {
  ClearTransient();
  out_ << text;
  if (!absl::EndsWith(text, "\n")) out_ << '\n';
  out_.flush();
}

void Console::Message(absl::string_view text) {
  ClearTransient();
  error_ << text;
  if (!absl::EndsWith(text, "\n")) error_ << '\n';
  error_.flush();
}

void Console::Transient(absl::string_view text) {
  if (!options_.error_is_terminal) return;
  error_ << kClearLine << text;
  error_.flush();
  transient_ = true;
}

void Console::ClearTransient() {
  if (!transient_) return;
  error_ << kClearLine;
  error_.flush();
  transient_ = false;
}

std::string Console::Paint(Color color, absl::string_view text) const {
  if (!options_.color || color == Color::kNone) return std::string(text);
  return absl::StrCat(Escape(color), text, "\x1b[0m");
}

}  // namespace doodle
