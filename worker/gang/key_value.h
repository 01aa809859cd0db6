// Port: rendezvous key-value under the prefix of one generation.
#ifndef DOODLE_WORKER_GANG_KEY_VALUE_H_
#define DOODLE_WORKER_GANG_KEY_VALUE_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace doodle {

// Thread-safe. ABORTED at once when the prefix is superseded.
class KeyValue {
 public:
  virtual ~KeyValue() = default;
  virtual absl::Status Set(const std::string& key, const std::string& value) = 0;
  // The keys' values once all are set; DEADLINE_EXCEEDED names the missing ones.
  virtual absl::StatusOr<std::vector<std::string>> Wait(const std::vector<std::string>& keys,
                                                        absl::Duration timeout) = 0;
};

}  // namespace doodle

#endif  // DOODLE_WORKER_GANG_KEY_VALUE_H_
