#include "absl/strings/str_cat.h"
#include "common/io/bytes.h"
#include "common/weights/stored_zip.h"
#include "common/weights/torch_archive.h"
#include "common/weights/torch_storage_types.h"

namespace doodle {
namespace {

// Writes the opcodes that a state dict needs, pickle protocol 2 (pickletools.py). Thread-compatible.
class StateDictPickler {
 public:
  std::string Write(const TensorFile& file) {
    bytes_ = "\x80\x02";
    EmptyOrderedDict();
    bytes_ += '(';
    for (size_t i = 0; i < file.tensors.size(); ++i) {
      String(file.tensors[i].name);
      Tensor(file.tensors[i], i);
    }
    bytes_ += "u.";
    return std::move(bytes_);
  }

 private:
  void Global(absl::string_view module, absl::string_view name) {
    absl::StrAppend(&bytes_, "c", module, "\n", name, "\n");
  }

  void EmptyOrderedDict() {
    Global("collections", "OrderedDict");
    bytes_ += ")R";
  }

  void String(absl::string_view text) {
    bytes_ += 'X';
    PutFixed<uint32_t>(bytes_, static_cast<uint32_t>(text.size()));
    absl::StrAppend(&bytes_, text);
  }

  void Int(int64_t value) {
    if (value >= 0 && value <= 0x7fffffff) {
      bytes_ += 'J';
      PutFixed<int32_t>(bytes_, static_cast<int32_t>(value));
    } else {
      bytes_ += "\x8a\x08";
      PutFixed<int64_t>(bytes_, value);
    }
  }

  void Ints(const std::vector<int64_t>& values) {
    bytes_ += '(';
    for (int64_t value : values) Int(value);
    bytes_ += 't';
  }

  // torch._utils._rebuild_tensor_v2(storage, offset, size, stride, requires_grad, backward_hooks)
  void Tensor(const NamedTensor& tensor, size_t storage) {
    Global("torch._utils", "_rebuild_tensor_v2");
    bytes_ += "((";
    String("storage");
    Global("torch", TorchStorageName(tensor.type));
    String(absl::StrCat(storage));
    String("cpu");
    Int(static_cast<int64_t>(tensor.data.size()) / TensorTypeSize(tensor.type));
    bytes_ += "tQ";
    Int(0);
    Ints(tensor.shape);
    Ints(PackedStrides(tensor.shape));
    bytes_ += '\x89';  // False
    EmptyOrderedDict();
    bytes_ += "tR";
  }

  static std::vector<int64_t> PackedStrides(const std::vector<int64_t>& shape) {
    std::vector<int64_t> strides(shape.size(), 1);
    for (size_t i = shape.size(); i-- > 1;) strides[i - 1] = strides[i] * std::max<int64_t>(shape[i], 1);
    return strides;
  }

  std::string bytes_;
};

}  // namespace

std::string SerializeTorchArchive(const TensorFile& file) {
  StoredZipWriter zip({});
  zip.Add("archive/data.pkl", StateDictPickler().Write(file));
  zip.Add("archive/byteorder", "little");
  for (size_t i = 0; i < file.tensors.size(); ++i) zip.Add(absl::StrCat("archive/data/", i), file.tensors[i].data);
  zip.Add("archive/version", "3\n");
  return zip.Finish();
}

}  // namespace doodle
