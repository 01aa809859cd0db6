// JSON as commands print it.
#ifndef DOODLE_CLI_JSON_TEXT_H_
#define DOODLE_CLI_JSON_TEXT_H_

#include <nlohmann/json.hpp>
#include <string>

namespace doodle {

// On several lines, or with a negative `indent` on one. Names of files need not be UTF-8, JSON must be: U+FFFD stands
// for each byte that is not.
template <typename Json = nlohmann::ordered_json>
std::string JsonText(const Json& json, int indent = 2) {
  return json.dump(indent, ' ', false, Json::error_handler_t::replace);
}

}  // namespace doodle

#endif  // DOODLE_CLI_JSON_TEXT_H_
