# The one place that looks for libraries. docs/dependencies.md says why each is here and which folder is its door.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(Protobuf REQUIRED)
find_package(gRPC CONFIG REQUIRED)
find_package(absl CONFIG REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(ZLIB REQUIRED)
find_package(PNG REQUIRED)
find_package(CURL REQUIRED)
find_package(pugixml REQUIRED)
find_package(OpenSSL REQUIRED COMPONENTS Crypto)
find_package(yaml-cpp REQUIRED)
find_package(spdlog REQUIRED)
find_package(prometheus-cpp CONFIG REQUIRED COMPONENTS core)
find_package(simdjson REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(CLI11 REQUIRED)
pkg_check_modules(ZSTD REQUIRED IMPORTED_TARGET libzstd)
pkg_check_modules(LIBZIP REQUIRED IMPORTED_TARGET libzip)
pkg_check_modules(ISAL REQUIRED IMPORTED_TARGET libisal)
pkg_check_modules(HIGHWAY REQUIRED IMPORTED_TARGET libhwy)

# What every target may use without asking (ARCHITECTURE.md, "Layers": std and absl).
add_library(doodle_absl INTERFACE)
target_link_libraries(doodle_absl INTERFACE
  absl::status absl::statusor absl::strings absl::str_format absl::synchronization absl::time absl::flat_hash_map
  absl::flat_hash_set absl::btree absl::span absl::any_invocable absl::core_headers Threads::Threads)
