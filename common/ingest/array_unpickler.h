// The arrays in a pickled numpy array of arrays, one after another, as data: nothing is imported and nothing is called.
// common/weights/unpickler reads a whole pickle into a tree; a class of sketch-rnn can be 100 MB of arrays, so this one
// keeps only the array that it is at.
#ifndef DOODLE_COMMON_INGEST_ARRAY_UNPICKLER_H_
#define DOODLE_COMMON_INGEST_ARRAY_UNPICKLER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/ingest/source_cursor.h"

namespace doodle {

struct NumberArray {
  std::vector<uint64_t> shape;
  std::vector<double> values;  // Row by row.
};

// Protocols 2 to 4, as numpy writes them under Python 2 and 3. The machine is that of Python's pickletools.py with the
// opcodes and the five globals that such an array needs. Bounds: kMaxStack values on the stack, kMaxArrayBytes in an
// array and twice that in all texts and tuples at once, kMaxMemo short values remembered (no writer refers back to an
// array). Thread-compatible.
class ArrayUnpickler {
 public:
  static constexpr size_t kMaxStack = 4096;  // Python appends 1,000 at a time.
  static constexpr uint64_t kMaxArrayBytes = 2 << 20;
  static constexpr size_t kMaxMemo = 256;

  // `cursor` stands at the pickle and must outlive the unpickler.
  explicit ArrayUnpickler(SourceCursor& cursor) : cursor_(cursor) {}

  // False at the end of the pickle, when as many arrays have come as it announces.
  //  - INVALID_ARGUMENT: an array of a type that is no plain number, or whose bytes do not fill its shape; goes on.
  //  - PERMISSION_DENIED: an opcode or a global that no array of numbers needs, by name. Final.
  //  - DATA_LOSS: malformed, cut off, beyond the bounds. Final.
  absl::StatusOr<bool> Next(NumberArray& array);

 private:
  struct Value {
    enum class Kind { kNone, kBool, kInt, kText, kGlobal, kTuple, kList, kType, kArray };
    Kind kind = Kind::kNone;
    int64_t integer = 0;            // kBool, kInt; kType: index in types_.
    std::string text = {};          // kText; kGlobal: "module name".
    std::vector<Value> items = {};  // kTuple.
    int depth = 0;                  // kTuple: 1 with no tuple in it.
  };
  struct Type {
    std::string code;  // "i2"
    bool big_endian = false;
  };

  absl::Status Execute(char opcode);
  absl::Status ExecuteNumber(char opcode);
  absl::Status ExecuteText(char opcode);
  absl::Status ExecuteMemo(char opcode);
  static uint64_t WeightOf(const Value& value);
  absl::Status Push(Value value);
  Value Pop();
  absl::Status PushInt(int64_t value);
  absl::Status PushTuple(size_t size);
  absl::Status PushGlobal(const std::string& module, const std::string& name);
  absl::Status PushLineGlobal();
  absl::Status PushStackGlobal();
  absl::Status PushType(const Value& arguments);
  absl::Status Reduce();
  absl::Status Build();
  absl::Status BuildArray(const Value& state);
  absl::Status TakeValues(const Type& type, bool by_column, absl::string_view bytes);
  absl::Status Append(size_t count);
  absl::Status Memoize(uint64_t key);
  absl::Status Recall(uint64_t key);
  absl::StatusOr<size_t> AboveMark();
  absl::StatusOr<uint64_t> TakeNumber(size_t bytes);
  absl::StatusOr<std::string> TakeLine();

  SourceCursor& cursor_;
  std::vector<Value> stack_;
  uint64_t held_ = 0;  // WeightOf all of stack_.
  std::vector<size_t> marks_;
  std::vector<Type> types_;
  absl::flat_hash_map<uint64_t, Value> memo_;
  uint64_t memoized_ = 0;  // Also what is not remembered: MEMOIZE counts.
  uint64_t lists_ = 0;
  uint64_t arrays_ = 0;
  bool complete_ = false;  // The outer array has its content.
  bool stopped_ = false;
  NumberArray* out_ = nullptr;  // Where BuildArray puts the array; null once it has.
  absl::Status refused_;        // Why the array that was built is not given.
};

}  // namespace doodle

#endif  // DOODLE_COMMON_INGEST_ARRAY_UNPICKLER_H_
