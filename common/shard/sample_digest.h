// What a dataset says, whatever file format it came from and however its shards are cut.
#ifndef DOODLE_COMMON_SHARD_SAMPLE_DIGEST_H_
#define DOODLE_COMMON_SHARD_SAMPLE_DIGEST_H_

#include <string>

#include "common/drawing/drawing.h"
#include "common/io/checksum.h"

namespace doodle {

// SHA-256 over key, word, country, recognized, time in whole seconds and strokes of drawings in order of key hash
// (docs/formats/dataset.md has the bytes). Times of points are left out, since simplified files do not have them, but
// not those of raw drawings. What a format cannot say counts as not known. Thread-compatible.
class SampleDigest {
 public:
  // In order of key hash.
  void Add(const Drawing& drawing);
  std::string HexDigest() { return sha256_.HexDigest(); }  // Once, after the last.

 private:
  Sha256 sha256_;
  std::string bytes_;  // Reused.
};

}  // namespace doodle

#endif  // DOODLE_COMMON_SHARD_SAMPLE_DIGEST_H_
