// The program `doodle`.
#include <iostream>
#include <string>
#include <vector>

#include "cli/command_line.h"
#include "cli/console.h"
#include "cli/environment.h"
#include "common/thread/signals.h"

int main(int argc, char** argv) {
  doodle::RestoreChildSignal();
  const bool no_color = doodle::ProcessVariable("NO_COLOR").has_value();
  doodle::Console console(std::cout, std::cerr, doodle::Console::ProcessOptions(no_color));
  doodle::Environment environment = doodle::ProcessEnvironment(console);
  return doodle::RunCommandLine(std::vector<std::string>(argv + 1, argv + argc), environment);
}
