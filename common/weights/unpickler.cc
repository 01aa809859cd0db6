#include "common/weights/unpickler.h"

#include <bit>
#include <optional>
#include <unordered_map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/io/bytes.h"
#include "common/status/status.h"

namespace doodle {
namespace {

using Kind = PickleNode::Kind;

absl::Status Damaged(absl::string_view what) { return absl::DataLossError(absl::StrCat("pickle: ", what)); }

// The stack machine of pickletools.py, without its powers. Single-threaded: its creator.
class Machine {
 public:
  Machine(absl::string_view bytes, absl::FunctionRef<bool(absl::string_view)> is_allowed)
      : reader_(bytes), is_allowed_(is_allowed) {}

  absl::StatusOr<PickleTree> Run() {
    while (!stopped_) {
      const uint8_t opcode = reader_.Byte();
      if (!reader_.ok()) return Damaged("ends without STOP");
      DOODLE_RETURN_IF_ERROR(Execute(static_cast<char>(opcode)));
    }
    if (stack_.size() != 1) return Damaged("leaves more or less than one value");
    tree_.root = stack_.back();
    return std::move(tree_);
  }

 private:
  absl::Status Execute(char opcode);
  absl::Status ExecuteNumber(char opcode);
  absl::Status ExecuteMemo(char opcode);
  absl::Status ExecuteContainer(char opcode);

  absl::Status Push(PickleNode node) {
    stack_.push_back(static_cast<uint32_t>(tree_.nodes.size()));
    tree_.nodes.push_back(std::move(node));
    return absl::OkStatus();
  }
  absl::Status PushInt(int64_t value) { return Push({.kind = Kind::kInt, .integer = value}); }
  absl::Status PushString(uint64_t size);
  absl::Status PushTuple(size_t size);
  absl::Status PushGlobal();
  absl::Status PushCall();
  absl::Status Build();
  absl::Status Fill(Kind kind, std::vector<uint32_t> items);
  absl::Status Memoize(uint64_t key);
  absl::Status Recall(uint64_t key);

  // The items above the last mark, which goes too; empty without a mark.
  std::optional<std::vector<uint32_t>> PopMark();
  // The topmost `count` items; empty when there are fewer above the last mark.
  std::optional<std::vector<uint32_t>> Pop(size_t count);

  ByteReader reader_;
  absl::FunctionRef<bool(absl::string_view)> is_allowed_;
  PickleTree tree_;
  std::vector<uint32_t> stack_;
  std::vector<size_t> marks_;
  std::unordered_map<uint64_t, uint32_t> memo_;
  bool stopped_ = false;
};

std::optional<std::vector<uint32_t>> Machine::Pop(size_t count) {
  size_t floor = marks_.empty() ? 0 : marks_.back();
  if (stack_.size() - floor < count) return std::nullopt;
  std::vector<uint32_t> items(stack_.end() - static_cast<ptrdiff_t>(count), stack_.end());
  stack_.resize(stack_.size() - count);
  return items;
}

std::optional<std::vector<uint32_t>> Machine::PopMark() {
  if (marks_.empty()) return std::nullopt;
  std::optional<std::vector<uint32_t>> items = Pop(stack_.size() - marks_.back());
  marks_.pop_back();
  return items;
}

absl::Status Machine::PushString(uint64_t size) {
  const absl::string_view text = reader_.Bytes(size);
  if (!reader_.ok()) return Damaged("string cut off");
  return Push({.kind = Kind::kString, .text = std::string(text)});
}

absl::Status Machine::PushTuple(size_t size) {
  std::optional<std::vector<uint32_t>> items = Pop(size);
  if (!items) return Damaged("tuple of missing items");
  return Push({.kind = Kind::kTuple, .children = *std::move(items)});
}

absl::Status Machine::PushGlobal() {
  const absl::string_view module = reader_.Line();
  const absl::string_view name = reader_.Line();
  if (!reader_.ok()) return Damaged("global cut off");
  std::string global = absl::StrCat(module, " ", name);
  if (!is_allowed_(global)) {
    return absl::PermissionDeniedError(absl::StrCat("pickle: names ", module, ".", name, ", which is not data"));
  }
  return Push({.kind = Kind::kGlobal, .text = std::move(global)});
}

absl::Status Machine::PushCall() {
  std::optional<std::vector<uint32_t>> items = Pop(2);
  if (!items) return Damaged("call of missing items");
  const PickleNode& callable = tree_.at((*items)[0]);
  const PickleNode& arguments = tree_.at((*items)[1]);
  if (callable.kind != Kind::kGlobal || arguments.kind != Kind::kTuple) return Damaged("call of what is no function");
  if (callable.text == "collections OrderedDict" && arguments.children.empty()) return Push({.kind = Kind::kDict});
  return Push({.kind = Kind::kCall, .children = *std::move(items)});
}

absl::Status Machine::Build() {
  std::optional<std::vector<uint32_t>> items = Pop(2);
  if (!items) return Damaged("state of missing items");
  if (tree_.at((*items)[0]).kind != Kind::kDict) {
    return absl::PermissionDeniedError("pickle: sets the state of an object that is not a dictionary");
  }
  stack_.push_back((*items)[0]);
  return absl::OkStatus();
}

absl::Status Machine::Fill(Kind kind, std::vector<uint32_t> items) {
  if (stack_.empty() || tree_.at(stack_.back()).kind != kind) return Damaged("items for what holds none");
  if (kind == Kind::kDict && items.size() % 2 != 0) return Damaged("key without value");
  std::vector<uint32_t>& children = tree_.nodes[stack_.back()].children;
  children.insert(children.end(), items.begin(), items.end());
  return absl::OkStatus();
}

absl::Status Machine::Memoize(uint64_t key) {
  if (stack_.empty()) return Damaged("memo of nothing");
  memo_[key] = stack_.back();
  return absl::OkStatus();
}

absl::Status Machine::Recall(uint64_t key) {
  auto found = memo_.find(key);
  if (found == memo_.end()) return Damaged("recalls what was not stored");
  stack_.push_back(found->second);
  return absl::OkStatus();
}

absl::Status Machine::ExecuteNumber(char opcode) {
  int64_t value = 0;
  if (opcode == 'J') {  // BININT
    value = reader_.Fixed<int32_t>();
  } else if (opcode == 'K') {  // BININT1
    value = reader_.Byte();
  } else if (opcode == 'M') {  // BININT2
    value = reader_.Fixed<uint16_t>();
  } else if (opcode == 'G') {  // BINFLOAT, big-endian.
    const uint64_t bits = __builtin_bswap64(reader_.Fixed<uint64_t>());
    if (!reader_.ok()) return Damaged("number cut off");
    return Push({.kind = Kind::kFloat, .real = std::bit_cast<double>(bits)});
  } else {  // LONG1: little-endian two's complement.
    const absl::string_view digits = reader_.Bytes(reader_.Byte());
    if (digits.size() > 8) return Damaged("number over 64 bits");
    const bool negative = !digits.empty() && (digits.back() & 0x80) != 0;
    std::string bits(digits);
    bits.resize(8, negative ? '\xff' : '\0');
    value = ByteReader(bits).Fixed<int64_t>();
  }
  return reader_.ok() ? PushInt(value) : Damaged("number cut off");
}

absl::Status Machine::ExecuteMemo(char opcode) {
  bool wide = opcode == 'r' || opcode == 'j';
  const uint64_t key = wide ? reader_.Fixed<uint32_t>() : reader_.Byte();
  if (!reader_.ok()) return Damaged("memo cut off");
  return opcode == 'h' || opcode == 'j' ? Recall(key) : Memoize(key);  // BINGET, LONG_BINGET; BINPUT, LONG_BINPUT
}

absl::Status Machine::ExecuteContainer(char opcode) {
  bool single = opcode == 'a' || opcode == 's';
  std::optional<std::vector<uint32_t>> items = single ? Pop(opcode == 'a' ? 1 : 2) : PopMark();
  if (!items) return Damaged("items without a mark");
  if (opcode == 't') return Push({.kind = Kind::kTuple, .children = *std::move(items)});
  return Fill(opcode == 'a' || opcode == 'e' ? Kind::kList : Kind::kDict, *std::move(items));
}

// One switch, long because it is the list of all that is allowed.
absl::Status Machine::Execute(char opcode) {
  switch (opcode) {
    case '\x80':  // PROTO
      return reader_.Byte() <= 4 && reader_.ok() ? absl::OkStatus() : Damaged("protocol above 4");
    case '\x95':  // FRAME
      reader_.Fixed<uint64_t>();
      return reader_.ok() ? absl::OkStatus() : Damaged("frame cut off");
    case '.':
      stopped_ = true;
      return absl::OkStatus();
    case '(':
      marks_.push_back(stack_.size());
      return absl::OkStatus();
    case 'N':
      return Push({.kind = Kind::kNone});
    case '\x88':
    case '\x89':
      return Push({.kind = Kind::kBool, .integer = opcode == '\x88' ? 1 : 0});
    case 'J':
    case 'K':
    case 'M':
    case 'G':
    case '\x8a':
      return ExecuteNumber(opcode);
    case 'X':  // BINUNICODE
      return PushString(reader_.Fixed<uint32_t>());
    case '\x8c':  // SHORT_BINUNICODE
      return PushString(reader_.Byte());
    case ')':
      return Push({.kind = Kind::kTuple});
    case ']':
      return Push({.kind = Kind::kList});
    case '}':
      return Push({.kind = Kind::kDict});
    case '\x85':
    case '\x86':
    case '\x87':
      return PushTuple(static_cast<size_t>(opcode - '\x84'));
    case 't':
    case 'a':
    case 'e':
    case 's':
    case 'u':
      return ExecuteContainer(opcode);
    case 'q':
    case 'r':
    case 'h':
    case 'j':
      return ExecuteMemo(opcode);
    case '\x94':  // MEMOIZE
      return Memoize(memo_.size());
    case 'c':
      return PushGlobal();
    case 'R':
      return PushCall();
    case 'b':
      return Build();
    case 'Q': {  // BINPERSID
      std::optional<std::vector<uint32_t>> items = Pop(1);
      if (!items) return Damaged("reference to nothing");
      return Push({.kind = Kind::kPersistent, .children = *std::move(items)});
    }
    default:
      return absl::PermissionDeniedError(
          absl::StrCat("pickle: opcode 0x", absl::Hex(static_cast<uint8_t>(opcode)), " is not data"));
  }
}

}  // namespace

absl::StatusOr<PickleTree> Unpickle(absl::string_view bytes, absl::FunctionRef<bool(absl::string_view)> is_allowed) {
  return Machine(bytes, is_allowed).Run();
}

}  // namespace doodle
