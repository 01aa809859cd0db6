// The command line as one call: arguments in, exit code out.
#ifndef DOODLE_CLI_COMMAND_LINE_H_
#define DOODLE_CLI_COMMAND_LINE_H_

#include <string>
#include <vector>

#include "cli/environment.h"

namespace doodle {

// `arguments` without the program's name. An error is printed on the console as "error: ...". The exit code is one of
// exit_code.h.
int RunCommandLine(const std::vector<std::string>& arguments, Environment& environment);

}  // namespace doodle

#endif  // DOODLE_CLI_COMMAND_LINE_H_
