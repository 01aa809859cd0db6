set(extra common/ids common/catalog nlohmann_json::nlohmann_json)
