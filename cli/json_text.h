// JSON as commands print it.
#ifndef DOODLE_CLI_JSON_TEXT_H_
#define DOODLE_CLI_JSON_TEXT_H_

#include <nlohmann/json.hpp>
#include <string>

namespace doodle {

// On several lines. Names of files need not be UTF-8, JSON must be: U+FFFD stands for each byte that is not.
inline std::string JsonText(const nlohmann::ordered_json& json) {
  return json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace doodle

#endif  // DOODLE_CLI_JSON_TEXT_H_
