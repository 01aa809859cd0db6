// The rendezvous store of c10d over the gang's key-value port: trainers find each other through their daemon and the
// coordinator. Only what group construction asks for: set, get, check, wait.
#ifndef DOODLE_WORKER_COLLECTIVE_KEY_VALUE_STORE_H_
#define DOODLE_WORKER_COLLECTIVE_KEY_VALUE_STORE_H_

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "torch/csrc/distributed/c10d/Store.hpp"
#include "worker/gang/key_value.h"

namespace doodle {

// Throws as c10d stores do: c10::DistStoreError when a key did not come in time or the generation is superseded,
// c10::NotImplementedError for operations that the port does not have. Call inside CatchTorch. Thread-safe.
// `keys` must outlive it and its clones.
class KeyValueStore : public c10d::Store {
 public:
  explicit KeyValueStore(KeyValue& keys) : keys_(keys) {}

  c10::intrusive_ptr<c10d::Store> clone() override { return c10::make_intrusive<KeyValueStore>(keys_); }
  using c10d::Store::set;
  void set(const std::string& key, const std::vector<uint8_t>& value) override;
  std::vector<uint8_t> get(const std::string& key) override;  // Waits up to getTimeout().
  bool check(const std::vector<std::string>& keys) override;
  void wait(const std::vector<std::string>& keys) override;
  void wait(const std::vector<std::string>& keys, const std::chrono::milliseconds& timeout) override;

  int64_t add(const std::string& key, int64_t value) override;
  bool deleteKey(const std::string& key) override;
  int64_t getNumKeys() override;

 private:
  KeyValue& keys_;
};

}  // namespace doodle

#endif  // DOODLE_WORKER_COLLECTIVE_KEY_VALUE_STORE_H_
