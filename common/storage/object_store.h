// Objects in buckets behind an interface: S3 in programs, a map in tests.
#ifndef DOODLE_COMMON_STORAGE_OBJECT_STORE_H_
#define DOODLE_COMMON_STORAGE_OBJECT_STORE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace doodle {

struct ObjectName {
  std::string bucket;
  std::string key;

  bool operator==(const ObjectName&) const = default;
};

// "s3://bucket/key"
std::string ToString(const ObjectName& name);

struct ObjectVersion {
  uint64_t bytes = 0;
  std::string etag;  // Changes with the content; as the store writes it, quotes included.
};

// One page of a listing. Keys and folders are whole, from the bucket's root.
struct ObjectPage {
  std::vector<std::string> keys;
  std::vector<std::string> folders;  // What stands for all keys that begin so, with its slash.
  std::string next;                  // Hand it in for the next page; empty: this was the last.
};

// Every error begins with the object's or bucket's name. NOT_FOUND: no such bucket or object, and the message says
// which. UNAUTHENTICATED: the store does not know the access key or finds the signature wrong. PERMISSION_DENIED: it
// knows but refuses. FAILED_PRECONDITION: the object changed, or the bucket is elsewhere. UNAVAILABLE: not reached or
// overloaded after several tries. Every call can be repeated. Thread-safe.
class ObjectStore {
 public:
  virtual ~ObjectStore() = default;

  virtual absl::StatusOr<ObjectVersion> Head(const ObjectName& name) = 0;

  // Exactly `length` bytes (at least 1) of the object as `version` names it. FAILED_PRECONDITION when it changed,
  // OUT_OF_RANGE past its end.
  virtual absl::StatusOr<std::string> Read(const ObjectName& name, const ObjectVersion& version, uint64_t offset,
                                           uint64_t length) = 0;

  // The whole object at once.
  virtual absl::Status Write(const ObjectName& name, absl::string_view content) = 0;

  // In parts, numbered from 1, all but the last of at least 5 MiB. The object appears with FinishUpload, or never.
  virtual absl::StatusOr<std::string> StartUpload(const ObjectName& name) = 0;  // The upload's id.
  virtual absl::StatusOr<std::string> WritePart(const ObjectName& name, const std::string& upload, int part,
                                                absl::string_view content) = 0;  // The part's etag.
  virtual absl::Status FinishUpload(const ObjectName& name, const std::string& upload,
                                    const std::vector<std::string>& etags) = 0;
  virtual absl::Status AbortUpload(const ObjectName& name, const std::string& upload) = 0;

  virtual absl::Status Remove(const ObjectName& name) = 0;  // OK when there is none.

  // Keys that begin with `prefix.key`, those with a further slash as folders; in order of bytes. `from` is empty or the
  // `next` of the page before.
  virtual absl::StatusOr<ObjectPage> List(const ObjectName& prefix, const std::string& from) = 0;
};

}  // namespace doodle

#endif  // DOODLE_COMMON_STORAGE_OBJECT_STORE_H_
