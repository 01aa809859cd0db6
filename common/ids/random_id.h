// Random identifiers from the operating system, for incarnations, request ids and tokens. Never for anything that a
// run must repeat.
#ifndef DOODLE_COMMON_IDS_RANDOM_ID_H_
#define DOODLE_COMMON_IDS_RANDOM_ID_H_

#include <string>

namespace doodle {

// `bytes` random bytes as lower-case hexadecimal.
std::string RandomHex(int bytes = 8);

}  // namespace doodle

#endif  // DOODLE_COMMON_IDS_RANDOM_ID_H_
