#include "worker/collective/key_value_store.h"

#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "c10/util/Exception.h"

namespace doodle {
namespace {

[[noreturn]] void Throw(const char* operation, const std::string& keys, const absl::Status& status) {
  C10_THROW_ERROR(DistStoreError, std::string(operation) + " " + keys + ": " + status.ToString());
}

}  // namespace

void KeyValueStore::set(const std::string& key, const std::vector<uint8_t>& value) {
  const absl::Status status = keys_.Set(key, std::string(value.begin(), value.end()));
  if (!status.ok()) Throw("set", key, status);
}

std::vector<uint8_t> KeyValueStore::get(const std::string& key) {
  const absl::StatusOr<std::vector<std::string>> values = keys_.Wait({key}, absl::FromChrono(getTimeout()));
  if (!values.ok()) Throw("get", key, values.status());
  return std::vector<uint8_t>(values->front().begin(), values->front().end());
}

bool KeyValueStore::check(const std::vector<std::string>& keys) {
  const absl::Status status = keys_.Wait(keys, absl::ZeroDuration()).status();
  if (!status.ok() && !absl::IsDeadlineExceeded(status)) Throw("check", absl::StrJoin(keys, " "), status);
  return status.ok();
}

void KeyValueStore::wait(const std::vector<std::string>& keys) { wait(keys, getTimeout()); }

void KeyValueStore::wait(const std::vector<std::string>& keys, const std::chrono::milliseconds& timeout) {
  const absl::Status status = keys_.Wait(keys, absl::FromChrono(timeout)).status();
  if (!status.ok()) Throw("wait", absl::StrJoin(keys, " "), status);
}

int64_t KeyValueStore::add(const std::string& key, int64_t) {
  C10_THROW_ERROR(NotImplementedError, "rendezvous store: add " + key);
}

bool KeyValueStore::deleteKey(const std::string& key) {
  C10_THROW_ERROR(NotImplementedError, "rendezvous store: delete " + key);
}

int64_t KeyValueStore::getNumKeys() { C10_THROW_ERROR(NotImplementedError, "rendezvous store: count"); }

}  // namespace doodle
