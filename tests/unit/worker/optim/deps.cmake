set(extra common/ids nlohmann_json::nlohmann_json)
