// Messages as JSON in the standard proto mapping: lowerCamelCase names, 64-bit numbers as strings, fields at their
// default included.
#ifndef DOODLE_CLI_PROTO_JSON_H_
#define DOODLE_CLI_PROTO_JSON_H_

#include <google/protobuf/message.h>

#include <string>
#include <vector>

namespace doodle {

// On one line when `lines` is not wanted.
std::string ProtoJson(const google::protobuf::Message& message, bool lines = true);

// {"<key>": [message, ...]}
template <typename Item>
std::string ProtoJsonList(const std::string& key, const std::vector<Item>& items) {
  std::string text = "{\"" + key + "\": [";
  for (size_t i = 0; i < items.size(); ++i) text += (i == 0 ? "\n" : ",\n") + ProtoJson(items[i], false);
  return text + "]}\n";
}

}  // namespace doodle

#endif  // DOODLE_CLI_PROTO_JSON_H_
