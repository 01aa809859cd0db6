// The end of a log file.
#ifndef DOODLE_CLI_FILE_TAIL_H_
#define DOODLE_CLI_FILE_TAIL_H_

#include <string>

#include "common/io/file_system.h"

namespace doodle {

// The last `lines` lines, from at most 8 KiB; what can be read, empty if nothing can.
std::string FileTail(FileSystem& files, const std::string& path, int lines);

}  // namespace doodle

#endif  // DOODLE_CLI_FILE_TAIL_H_
