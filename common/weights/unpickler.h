// Reads a pickle (protocols 2 to 4) as data: a tree of plain values. Nothing is imported and nothing is called; a
// "call" is a node that whoever reads the tree may know the meaning of.
#ifndef DOODLE_COMMON_WEIGHTS_UNPICKLER_H_
#define DOODLE_COMMON_WEIGHTS_UNPICKLER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace doodle {

struct PickleNode {
  enum class Kind { kNone, kBool, kInt, kFloat, kString, kTuple, kList, kDict, kGlobal, kCall, kPersistent };
  Kind kind = Kind::kNone;
  int64_t integer = 0;  // kBool, kInt.
  double real = 0;      // kFloat.
  std::string text{};   // kString; kGlobal: "module name".
  // Indices of nodes. kTuple, kList: elements; kDict: key, value, key, value ...; kCall: callable, argument tuple;
  // kPersistent: the identifier.
  std::vector<uint32_t> children{};
};

// All nodes of a pickle. A node can have several parents, and a hostile pickle can make cycles: whoever walks it
// follows a structure of known depth.
struct PickleTree {
  std::vector<PickleNode> nodes;
  uint32_t root = 0;

  const PickleNode& at(uint32_t index) const { return nodes[index]; }
};

// `is_allowed("module name")` says which globals may be named: PERMISSION_DENIED names the first that may not, as does
// an opcode that builds objects. DATA_LOSS for anything malformed. A call of "collections OrderedDict" without
// arguments becomes a kDict; attributes set on a dict (its "state") are dropped.
absl::StatusOr<PickleTree> Unpickle(absl::string_view bytes, absl::FunctionRef<bool(absl::string_view)> is_allowed);

}  // namespace doodle

#endif  // DOODLE_COMMON_WEIGHTS_UNPICKLER_H_
