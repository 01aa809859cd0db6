#include "common/ingest/array_unpickler.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/status/status.h"

namespace doodle {
namespace {

constexpr size_t kMaxShortText = 32;  // Type codes, "latin1", modules; longer text is not remembered.
constexpr size_t kMaxTypes = 64;
constexpr size_t kMaxNameBytes = 256;
constexpr int kMaxDepth = 2;  // The state of an array holds its shape.

absl::Status Damaged(absl::string_view what) { return absl::DataLossError(absl::StrCat("pickle: ", what)); }

bool IsAllowed(absl::string_view global) {
  constexpr std::array<absl::string_view, 5> kGlobals = {"numpy.core.multiarray _reconstruct",
                                                         "numpy._core.multiarray _reconstruct", "numpy ndarray",
                                                         "numpy dtype", "_codecs encode"};
  return std::find(kGlobals.begin(), kGlobals.end(), global) != kGlobals.end();
}

// Bytes that Python 3 wrote in protocol 2: as text whose characters are the bytes.
absl::StatusOr<std::string> BytesOfLatin1(absl::string_view utf8) {
  std::string bytes;
  for (size_t i = 0; i < utf8.size(); ++i) {
    const auto lead = static_cast<unsigned char>(utf8[i]);
    if (lead < 0x80) {
      bytes.push_back(utf8[i]);
      continue;
    }
    if ((lead != 0xC2 && lead != 0xC3) || i + 1 == utf8.size()) return Damaged("text that is not of bytes");
    bytes.push_back(static_cast<char>((lead & 3) << 6 | (static_cast<unsigned char>(utf8[++i]) & 0x3F)));
  }
  return bytes;
}

template <typename T>
void AppendNumbers(absl::string_view bytes, std::vector<double>& out) {
  for (size_t at = 0; at < bytes.size(); at += sizeof(T)) {
    T value;
    std::memcpy(&value, bytes.data() + at, sizeof(T));
    out.push_back(static_cast<double>(value));
  }
}

struct NumberType {
  absl::string_view code;
  size_t bytes;
  void (*append)(absl::string_view bytes, std::vector<double>& out);
};

constexpr std::array<NumberType, 7> kNumberTypes = {{{"i1", 1, AppendNumbers<int8_t>},
                                                     {"u1", 1, AppendNumbers<uint8_t>},
                                                     {"i2", 2, AppendNumbers<int16_t>},
                                                     {"i4", 4, AppendNumbers<int32_t>},
                                                     {"i8", 8, AppendNumbers<int64_t>},
                                                     {"f4", 4, AppendNumbers<float>},
                                                     {"f8", 8, AppendNumbers<double>}}};

static_assert(std::endian::native == std::endian::little, "numbers are read as they lie in the file");

// From column by column to row by row; for two dimensions.
void Transpose(NumberArray& array) {
  const size_t rows = array.shape[0];
  std::vector<double> turned(array.values.size());
  for (size_t i = 0; i < turned.size(); ++i) turned[i % rows * array.shape[1] + i / rows] = array.values[i];
  array.values = std::move(turned);
}

}  // namespace

absl::StatusOr<bool> ArrayUnpickler::Next(NumberArray& array) {
  out_ = &array;
  refused_ = absl::OkStatus();
  while (!stopped_) {
    char opcode = 0;
    DOODLE_RETURN_IF_ERROR(cursor_.Take(&opcode, 1), "pickle");
    DOODLE_RETURN_IF_ERROR(Execute(opcode));
    if (out_ != nullptr) continue;
    ++arrays_;
    DOODLE_RETURN_IF_ERROR(refused_);
    return true;
  }
  return false;
}

absl::StatusOr<uint64_t> ArrayUnpickler::TakeNumber(size_t bytes) {
  std::array<char, 8> buffer{};
  DOODLE_RETURN_IF_ERROR(cursor_.Take(buffer.data(), bytes), "pickle");
  return std::bit_cast<uint64_t>(buffer);
}

absl::StatusOr<std::string> ArrayUnpickler::TakeLine() {
  std::string line;
  while (true) {
    char next = 0;
    DOODLE_RETURN_IF_ERROR(cursor_.Take(&next, 1), "pickle");
    if (next == '\n') return line;
    if (line.size() == kMaxNameBytes) return Damaged("a name that does not end");
    line.push_back(next);
  }
}

absl::StatusOr<size_t> ArrayUnpickler::AboveMark() {
  if (marks_.empty() || stack_.size() < marks_.back()) return Damaged("items without a mark");
  const size_t count = stack_.size() - marks_.back();
  marks_.pop_back();
  return count;
}

// Bytes beyond those of the value itself; short texts are within the bound of the stack.
uint64_t ArrayUnpickler::WeightOf(const Value& value) {
  uint64_t weight = value.text.size() > kMaxShortText ? value.text.size() : 0;
  for (const Value& item : value.items) weight += sizeof(Value) + WeightOf(item);
  return weight;
}

absl::Status ArrayUnpickler::Push(Value value) {
  if (stack_.size() == kMaxStack) return Damaged("more values at once than an array needs");
  held_ += WeightOf(value);
  if (held_ > 2 * kMaxArrayBytes) return Damaged("more bytes at once than an array needs");
  stack_.push_back(std::move(value));
  return absl::OkStatus();
}

ArrayUnpickler::Value ArrayUnpickler::Pop() {
  Value value = std::move(stack_.back());
  stack_.pop_back();
  held_ -= WeightOf(value);
  return value;
}

absl::Status ArrayUnpickler::PushInt(int64_t value) { return Push({.kind = Value::Kind::kInt, .integer = value}); }

absl::Status ArrayUnpickler::PushTuple(size_t size) {
  const size_t floor = marks_.empty() ? 0 : marks_.back();
  if (stack_.size() < floor + size) return Damaged("tuple of missing items");
  Value tuple{.kind = Value::Kind::kTuple, .depth = 1};
  for (size_t i = 0; i < size; ++i) tuple.items.push_back(Pop());
  std::reverse(tuple.items.begin(), tuple.items.end());
  for (const Value& item : tuple.items) tuple.depth = std::max(tuple.depth, item.depth + 1);
  if (tuple.depth > kMaxDepth) return Damaged("tuples in tuples in tuples");
  return Push(std::move(tuple));
}

absl::Status ArrayUnpickler::PushGlobal(const std::string& module, const std::string& name) {
  std::string global = absl::StrCat(module, " ", name);
  if (IsAllowed(global)) return Push({.kind = Value::Kind::kGlobal, .text = std::move(global)});
  return absl::PermissionDeniedError(
      absl::StrCat("pickle: names ", module, ".", name, ", which is no array of numbers"));
}

absl::Status ArrayUnpickler::PushLineGlobal() {
  DOODLE_ASSIGN_OR_RETURN(const std::string module, TakeLine());
  DOODLE_ASSIGN_OR_RETURN(const std::string name, TakeLine());
  return PushGlobal(module, name);
}

absl::Status ArrayUnpickler::PushStackGlobal() {
  if (stack_.size() < 2) return Damaged("global without a name");
  const std::string name = Pop().text;
  const std::string module = Pop().text;
  return PushGlobal(module, name);
}

absl::Status ArrayUnpickler::PushType(const Value& arguments) {
  if (arguments.items.empty() || arguments.items[0].kind != Value::Kind::kText) return Damaged("type without a name");
  if (types_.size() == kMaxTypes) return Damaged("too many types");
  types_.push_back({arguments.items[0].text});
  return Push({.kind = Value::Kind::kType, .integer = static_cast<int64_t>(types_.size()) - 1});
}

absl::Status ArrayUnpickler::Reduce() {
  const size_t floor = marks_.empty() ? 0 : marks_.back();
  if (stack_.size() < floor + 2) return Damaged("call of missing items");
  const Value arguments = Pop();
  const Value callable = Pop();
  if (callable.kind != Value::Kind::kGlobal || arguments.kind != Value::Kind::kTuple) {
    return Damaged("call of what is no function");
  }
  if (callable.text == "numpy dtype") return PushType(arguments);
  if (callable.text == "numpy ndarray") return Damaged("an array made directly");
  if (callable.text != "_codecs encode") return Push({.kind = Value::Kind::kArray});
  if (arguments.items.size() != 2 || arguments.items[1].text != "latin1") return Damaged("text in an unknown encoding");
  DOODLE_ASSIGN_OR_RETURN(std::string bytes, BytesOfLatin1(arguments.items[0].text));
  return Push({.kind = Value::Kind::kText, .text = std::move(bytes)});
}

absl::Status ArrayUnpickler::Build() {
  const size_t floor = marks_.empty() ? 0 : marks_.back();
  if (stack_.size() < floor + 2) return Damaged("state of missing items");
  const Value state = Pop();
  if (state.kind != Value::Kind::kTuple) return Damaged("state that is no tuple");
  const Value& object = stack_.back();
  if (object.kind == Value::Kind::kArray) return BuildArray(state);
  if (object.kind != Value::Kind::kType) return Damaged("state of what has none");
  if (state.items.size() < 2 || state.items[1].kind != Value::Kind::kText) return Damaged("type without byte order");
  types_[static_cast<size_t>(object.integer)].big_endian = state.items[1].text == ">";
  return absl::OkStatus();
}

// The state: version, shape, type, column by column or not, content. The outer array's content is the list of the
// others, which have been given.
absl::Status ArrayUnpickler::BuildArray(const Value& state) {
  using Kind = Value::Kind;
  const std::vector<Value>& items = state.items;
  if (items.size() != 5 || items[1].kind != Kind::kTuple || items[2].kind != Kind::kType) {
    return Damaged("array without shape and type");
  }
  const std::vector<Value>& shape = items[1].items;
  if (items[4].kind == Kind::kList) {
    const bool announced = shape.size() == 1 && shape[0].integer == static_cast<int64_t>(arrays_);
    complete_ = announced;
    return announced ? absl::OkStatus() : Damaged(absl::StrCat(arrays_, " arrays, not as many as announced"));
  }
  if (items[4].kind != Kind::kText) return Damaged("array without content");
  out_->shape.clear();
  for (const Value& side : shape) out_->shape.push_back(static_cast<uint64_t>(std::max<int64_t>(side.integer, 0)));
  refused_ = TakeValues(types_[static_cast<size_t>(items[2].integer)], items[3].integer != 0, items[4].text);
  out_ = nullptr;
  return absl::OkStatus();
}

absl::Status ArrayUnpickler::TakeValues(const Type& type, bool by_column, absl::string_view bytes) {
  const auto* const found = std::find_if(kNumberTypes.begin(), kNumberTypes.end(),
                                         [&](const NumberType& known) { return known.code == type.code; });
  if (found == kNumberTypes.end() || (type.big_endian && found->bytes > 1)) {
    return absl::InvalidArgumentError(absl::StrCat("array of ", type.big_endian ? "big-endian " : "", type.code,
                                                   ", not of little-endian i1, u1, i2, i4, i8, f4 or f8"));
  }
  uint64_t count = 1;
  for (const uint64_t side : out_->shape)
    count = side == 0 ? 0 : count > kMaxArrayBytes / side ? kMaxArrayBytes + 1 : count * side;
  if (count * found->bytes != bytes.size()) {
    return absl::InvalidArgumentError(absl::StrCat("array with ", bytes.size(), " bytes, which do not fill its shape"));
  }
  out_->values.clear();
  found->append(bytes, out_->values);
  if (by_column && out_->shape.size() == 2 && count > 0) Transpose(*out_);
  return absl::OkStatus();
}

absl::Status ArrayUnpickler::Append(size_t count) {
  if (stack_.size() < count + 1 || stack_[stack_.size() - count - 1].kind != Value::Kind::kList) {
    return Damaged("items for what holds none");
  }
  const auto first = stack_.end() - static_cast<ptrdiff_t>(count);
  const bool arrays = std::all_of(first, stack_.end(), [](const Value& v) { return v.kind == Value::Kind::kArray; });
  if (!arrays) return Damaged("a list of other things than arrays");
  stack_.erase(first, stack_.end());
  return absl::OkStatus();
}

absl::Status ArrayUnpickler::Memoize(uint64_t key) {
  if (stack_.empty()) return Damaged("memo of nothing");
  ++memoized_;
  const Value& value = stack_.back();
  const bool text = value.kind == Value::Kind::kText && value.text.size() <= kMaxShortText;
  const bool name = value.kind == Value::Kind::kGlobal || value.kind == Value::Kind::kType;
  const size_t room = name ? kMaxMemo : kMaxMemo / 2;  // Short arrays look like texts; names are needed.
  if ((text || name) && memo_.size() < room) memo_[key] = value;
  return absl::OkStatus();
}

absl::Status ArrayUnpickler::Recall(uint64_t key) {
  const auto found = memo_.find(key);
  if (found == memo_.end()) return Damaged("refers back to what is neither a name nor a type");
  return Push(found->second);
}

absl::Status ArrayUnpickler::ExecuteNumber(char opcode) {
  if (opcode == 'J') {  // BININT
    DOODLE_ASSIGN_OR_RETURN(const uint64_t value, TakeNumber(4));
    return PushInt(static_cast<int32_t>(static_cast<uint32_t>(value)));
  }
  if (opcode == 'K' || opcode == 'M') {  // BININT1, BININT2
    DOODLE_ASSIGN_OR_RETURN(const uint64_t value, TakeNumber(opcode == 'K' ? 1 : 2));
    return PushInt(static_cast<int64_t>(value));
  }
  DOODLE_ASSIGN_OR_RETURN(const uint64_t size, TakeNumber(1));  // LONG1: Python 2 on Windows writes shapes so.
  if (size > 8) return Damaged("number of over 64 bits");
  DOODLE_ASSIGN_OR_RETURN(const uint64_t value, TakeNumber(size));
  const uint64_t unused = 64 - 8 * size;
  return PushInt(size == 0 ? 0 : static_cast<int64_t>(value << unused) >> unused);
}

absl::Status ArrayUnpickler::ExecuteText(char opcode) {
  const bool short_size = opcode == 'U' || opcode == 'C' || opcode == '\x8c';
  DOODLE_ASSIGN_OR_RETURN(const uint64_t size, TakeNumber(short_size ? 1 : opcode == '\x8e' ? 8 : 4));
  if (size > kMaxArrayBytes) return Damaged(absl::StrCat("an array of ", size, " bytes, more than ", kMaxArrayBytes));
  Value value{.kind = Value::Kind::kText, .text = std::string(size, '\0')};
  DOODLE_RETURN_IF_ERROR(cursor_.Take(value.text.data(), size), "pickle");
  return Push(std::move(value));
}

absl::Status ArrayUnpickler::ExecuteMemo(char opcode) {
  if (opcode == '\x94') return Memoize(memoized_);  // MEMOIZE
  DOODLE_ASSIGN_OR_RETURN(const uint64_t key, TakeNumber(opcode == 'q' || opcode == 'h' ? 1 : 4));
  return opcode == 'q' || opcode == 'r' ? Memoize(key) : Recall(key);  // BINPUT, LONG_BINPUT; BINGET, LONG_BINGET
}

// One switch, long because it is the list of all that is allowed.
absl::Status ArrayUnpickler::Execute(char opcode) {
  switch (opcode) {
    case '\x80': {  // PROTO
      DOODLE_ASSIGN_OR_RETURN(const uint64_t protocol, TakeNumber(1));
      return protocol <= 4 ? absl::OkStatus() : Damaged("protocol above 4");
    }
    case '\x95':  // FRAME
      return TakeNumber(8).status();
    case '.':
      stopped_ = true;
      return complete_ && stack_.size() == 1 ? absl::OkStatus() : Damaged("holds no array of arrays");
    case '(':
      if (marks_.size() == kMaxStack) return Damaged("more marks than an array needs");
      marks_.push_back(stack_.size());
      return absl::OkStatus();
    case 'N':
      return Push({});
    case '\x88':
    case '\x89':
      return Push({.kind = Value::Kind::kBool, .integer = opcode == '\x88' ? 1 : 0});
    case 'J':
    case 'K':
    case 'M':
    case '\x8a':
      return ExecuteNumber(opcode);
    case 'U':     // SHORT_BINSTRING
    case 'T':     // BINSTRING
    case 'X':     // BINUNICODE
    case '\x8c':  // SHORT_BINUNICODE
    case 'C':     // SHORT_BINBYTES
    case 'B':     // BINBYTES
    case '\x8e':  // BINBYTES8
      return ExecuteText(opcode);
    case ']':
      return ++lists_ == 1 ? Push({.kind = Value::Kind::kList}) : Damaged("more than one list");
    case ')':
      return PushTuple(0);
    case '\x85':
    case '\x86':
    case '\x87':
      return PushTuple(static_cast<size_t>(opcode - '\x84'));
    case 't': {
      DOODLE_ASSIGN_OR_RETURN(const size_t size, AboveMark());
      return PushTuple(size);
    }
    case 'a':
      return Append(1);
    case 'e': {
      DOODLE_ASSIGN_OR_RETURN(const size_t size, AboveMark());
      return Append(size);
    }
    case 'q':
    case 'r':
    case 'h':
    case 'j':
    case '\x94':
      return ExecuteMemo(opcode);
    case 'c':
      return PushLineGlobal();
    case '\x93':
      return PushStackGlobal();
    case 'R':
      return Reduce();
    case 'b':
      return Build();
    default:
      return absl::PermissionDeniedError(absl::StrCat("pickle: opcode 0x", absl::Hex(static_cast<uint8_t>(opcode)),
                                                      ", which no array of numbers needs"));
  }
}

}  // namespace doodle
