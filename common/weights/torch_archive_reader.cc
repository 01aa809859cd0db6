#include <cstring>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/status/status.h"
#include "common/weights/stored_zip.h"
#include "common/weights/tensor_shape.h"
#include "common/weights/torch_archive.h"
#include "common/weights/torch_storage_types.h"
#include "common/weights/unpickler.h"

namespace doodle {
namespace {

using Kind = PickleNode::Kind;
using Entries = std::map<std::string, absl::string_view>;

constexpr uint64_t kMaximumFile = 64ULL << 30;
constexpr uint64_t kMaximumSharing = 4;
constexpr absl::string_view kOrderedDict = "collections OrderedDict";
constexpr absl::string_view kRebuildTensor = "torch._utils _rebuild_tensor_v2";
constexpr absl::string_view kRebuildParameter = "torch._utils _rebuild_parameter";
constexpr absl::string_view kTorchModule = "torch ";

bool IsData(absl::string_view global) {
  if (global == kOrderedDict || global == kRebuildTensor || global == kRebuildParameter) return true;
  return absl::StartsWith(global, kTorchModule) && TorchStorageType(global.substr(kTorchModule.size())).has_value();
}

absl::Status Damaged(absl::string_view what) { return absl::DataLossError(absl::StrCat("torch archive: ", what)); }

// A storage as a tensor sees it.
struct Storage {
  TensorType type = TensorType::kF32;
  absl::string_view data;
};

// Turns the tree of one archive into tensors. Every index and size in it may be hostile. Thread-compatible.
class TensorBuilder {
 public:
  TensorBuilder(const PickleTree& tree, const Entries& entries, std::string folder)
      : tree_(tree), entries_(entries), folder_(std::move(folder)) {}

  absl::StatusOr<TensorFile> Build() const {
    const PickleNode& root = tree_.at(tree_.root);
    if (root.kind != Kind::kDict) return absl::InvalidArgumentError("torch archive: holds no state dict");
    TensorFile file;
    std::set<std::string> names;
    uint64_t bytes = 0;
    for (size_t i = 0; i + 1 < root.children.size(); i += 2) {
      const PickleNode& key = tree_.at(root.children[i]);
      if (key.kind != Kind::kString) return absl::InvalidArgumentError("torch archive: a key is not a string");
      if (!names.insert(key.text).second) return Damaged(absl::StrCat(key.text, ": twice"));
      DOODLE_ASSIGN_OR_RETURN(NamedTensor tensor, Tensor(tree_.at(root.children[i + 1])), key.text);
      // Tensors may share a storage, but a small file must not become a huge state dict.
      bytes += tensor.data.size();
      if (bytes > kMaximumSharing * StoredBytes()) return Damaged("tensors share their storages too often");
      tensor.name = key.text;
      file.tensors.push_back(std::move(tensor));
    }
    return file;
  }

 private:
  uint64_t StoredBytes() const {
    uint64_t bytes = 0;
    for (const auto& [name, content] : entries_) bytes += content.size();
    return bytes;
  }

  // The arguments of a call of `callable`; null when the node is something else or has fewer than `count`.
  const std::vector<uint32_t>* Arguments(const PickleNode& node, absl::string_view callable, size_t count) const {
    if (node.kind != Kind::kCall || tree_.at(node.children[0]).text != callable) return nullptr;
    const std::vector<uint32_t>& arguments = tree_.at(node.children[1]).children;
    return arguments.size() >= count ? &arguments : nullptr;
  }

  absl::StatusOr<NamedTensor> Tensor(const PickleNode& node) const {
    const PickleNode* call = &node;
    if (const auto* parameter = Arguments(node, kRebuildParameter, 1)) call = &tree_.at((*parameter)[0]);
    const auto* arguments = Arguments(*call, kRebuildTensor, 4);
    if (arguments == nullptr) return absl::InvalidArgumentError("torch archive: not a tensor");
    DOODLE_ASSIGN_OR_RETURN(Storage storage, FindStorage(tree_.at((*arguments)[0])));
    const PickleNode& offset = tree_.at((*arguments)[1]);
    std::optional<std::vector<int64_t>> shape = Ints(tree_.at((*arguments)[2]));
    std::optional<std::vector<int64_t>> strides = Ints(tree_.at((*arguments)[3]));
    if (offset.kind != Kind::kInt || !shape || !strides || shape->size() != strides->size()) {
      return Damaged("bad size or stride");
    }
    return Gather(storage, offset.integer, *shape, *strides);
  }

  std::optional<std::vector<int64_t>> Ints(const PickleNode& node) const {
    if (node.kind != Kind::kTuple) return std::nullopt;
    std::vector<int64_t> values;
    for (uint32_t child : node.children) {
      if (tree_.at(child).kind != Kind::kInt || tree_.at(child).integer < 0) return std::nullopt;
      values.push_back(tree_.at(child).integer);
    }
    return values;
  }

  // ('storage', torch.FloatStorage, key, location, element count)
  absl::StatusOr<Storage> FindStorage(const PickleNode& node) const {
    if (node.kind != Kind::kPersistent) return Damaged("tensor without storage");
    const std::vector<uint32_t>& id = tree_.at(node.children[0]).children;
    if (id.size() < 5 || tree_.at(id[0]).text != "storage" || tree_.at(id[1]).kind != Kind::kGlobal) {
      return Damaged("bad storage reference");
    }
    absl::string_view global = tree_.at(id[1]).text;
    std::optional<TensorType> type =
        absl::StartsWith(global, kTorchModule) ? TorchStorageType(global.substr(kTorchModule.size())) : std::nullopt;
    auto found = entries_.find(absl::StrCat(folder_, "/data/", tree_.at(id[2]).text));
    if (!type || found == entries_.end()) return Damaged("storage is not in the archive");
    return Storage{*type, found->second};
  }

  // Elements in row-major order, whatever the strides (channels-last weights are saved with theirs).
  static absl::StatusOr<NamedTensor> Gather(const Storage& storage, int64_t offset, const std::vector<int64_t>& shape,
                                            const std::vector<int64_t>& strides) {
    uint64_t width = static_cast<uint64_t>(TensorTypeSize(storage.type));
    uint64_t available = storage.data.size() / width;
    std::optional<uint64_t> count = ElementCount(shape);
    if (!count || *count > available || offset < 0) return Damaged("larger than its storage");
    NamedTensor tensor{.type = storage.type, .shape = shape};
    if (*count == 0) return tensor;
    __int128 last = offset;
    for (size_t i = 0; i < shape.size(); ++i) last += static_cast<__int128>(shape[i] - 1) * strides[i];
    if (last >= static_cast<__int128>(available)) return Damaged("reaches past its storage");
    tensor.data.resize(*count * width);
    std::vector<int64_t> index(shape.size(), 0);
    int64_t source = offset;
    for (uint64_t i = 0; i < *count; ++i) {
      std::memcpy(tensor.data.data() + i * width, storage.data.data() + static_cast<uint64_t>(source) * width, width);
      for (size_t axis = shape.size(); axis-- > 0;) {
        source += strides[axis];
        if (++index[axis] < shape[axis]) break;
        source -= strides[axis] * shape[axis];
        index[axis] = 0;
      }
    }
    return tensor;
  }

  const PickleTree& tree_;
  const Entries& entries_;
  const std::string folder_;
};

}  // namespace

absl::StatusOr<TensorFile> ParseTorchArchive(absl::string_view bytes) {
  DOODLE_ASSIGN_OR_RETURN(Entries entries, ReadStoredZip(bytes));
  // One folder holds everything; its name is the writer's choice.
  const std::string folder = entries.empty() ? "" : entries.begin()->first.substr(0, entries.begin()->first.find('/'));
  auto pickle = entries.find(folder + "/data.pkl");
  if (pickle == entries.end()) return Damaged("has no data.pkl");
  auto order = entries.find(folder + "/byteorder");
  if (order != entries.end() && order->second != "little") return Damaged("not little-endian");
  DOODLE_ASSIGN_OR_RETURN(PickleTree tree, Unpickle(pickle->second, IsData));
  return TensorBuilder(tree, entries, folder).Build();
}

absl::StatusOr<TensorFile> ReadTorchArchive(FileSystem& files, const std::string& path) {
  DOODLE_ASSIGN_OR_RETURN(std::string bytes, ReadFile(files, path, kMaximumFile));
  DOODLE_ASSIGN_OR_RETURN(TensorFile file, ParseTorchArchive(bytes), path);
  return file;
}

}  // namespace doodle
