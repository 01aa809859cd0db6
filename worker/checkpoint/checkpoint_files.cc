#include "worker/checkpoint/checkpoint_files.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/io/atomic_directory.h"
#include "common/io/checksum.h"
#include "common/status/status.h"
#include "common/weights/safetensors.h"
#include "common/weights/tensor_digest.h"

namespace doodle {
namespace {

// Writes one file and notes its size and hash on the way. Thread-compatible.
class HashedFile {
 public:
  HashedFile(std::string name, std::unique_ptr<WritableFile> file) : file_(std::move(file)) {
    entry_.name = std::move(name);
  }

  absl::Status Append(absl::string_view data) {
    hash_.Update(data);
    entry_.bytes += data.size();
    return file_->Append(data);
  }

  absl::StatusOr<CheckpointFile> Finish() {
    DOODLE_RETURN_IF_ERROR(file_->Close());
    entry_.sha256 = hash_.HexDigest();
    return std::move(entry_);
  }

 private:
  std::unique_ptr<WritableFile> file_;
  Sha256 hash_;
  CheckpointFile entry_;
};

absl::StatusOr<CheckpointFile> WriteTensors(AtomicDirectory& directory, std::string name, const TensorFile& tensors) {
  DOODLE_ASSIGN_OR_RETURN(auto sink, directory.CreateFile(name));
  HashedFile file(std::move(name), std::move(sink));
  DOODLE_RETURN_IF_ERROR(WriteSafetensors(tensors, [&](absl::string_view piece) { return file.Append(piece); }));
  return file.Finish();
}

absl::StatusOr<CheckpointFile> WriteText(AtomicDirectory& directory, std::string name, absl::string_view text) {
  DOODLE_ASSIGN_OR_RETURN(auto sink, directory.CreateFile(name));
  HashedFile file(std::move(name), std::move(sink));
  DOODLE_RETURN_IF_ERROR(file.Append(text));
  return file.Finish();
}

absl::StatusOr<CheckpointManifest> WriteAll(FileSystem& files, const std::string& path,
                                            const CheckpointContent& content, CheckpointManifest manifest) {
  DOODLE_ASSIGN_OR_RETURN(auto directory, AtomicDirectory::Create(files, path));
  // Borrowed tensors would need a second kind of TensorFile; the copy is made off the training thread.
  TensorFile model{content.model, MetadataToMap(content.metadata)};
  DOODLE_ASSIGN_OR_RETURN(manifest.files.emplace_back(), WriteTensors(*directory, kCheckpointModelFile, model));
  TensorFile optimizer{content.optimizer, {{"format", "pt"}}};
  DOODLE_ASSIGN_OR_RETURN(manifest.files.emplace_back(), WriteTensors(*directory, kCheckpointOptimizerFile, optimizer));
  DOODLE_ASSIGN_OR_RETURN(manifest.files.emplace_back(),
                          WriteText(*directory, kCheckpointStateFile, SerializeProgress(content.progress)));
  DOODLE_RETURN_IF_ERROR(directory->WriteFile(kCheckpointManifestFile, SerializeCheckpointManifest(manifest)));
  DOODLE_RETURN_IF_ERROR(directory->Commit());
  return manifest;
}

bool SameTensors(const CheckpointManifest& a, const CheckpointManifest& b) {
  return a.tag == b.tag && a.parameters_digest == b.parameters_digest && a.optimizer_digest == b.optimizer_digest;
}

// The state of ".step-000012345-g7.tmp-0a1b2c3d", as AtomicDirectory names it.
absl::StatusOr<StateTag> ParseUnfinishedName(absl::string_view name) {
  const size_t end = name.find(".tmp-");
  if (!absl::ConsumePrefix(&name, ".") || end == absl::string_view::npos) {
    return absl::InvalidArgumentError("not an unfinished checkpoint");
  }
  return ParseCheckpointName(name.substr(0, end - 1));
}

}  // namespace

absl::StatusOr<CheckpointManifest> WriteCheckpointFiles(FileSystem& files, const std::string& parent,
                                                        const CheckpointContent& content) {
  CheckpointManifest manifest;
  manifest.job = content.job;
  manifest.tag = content.progress.tag;
  manifest.parameters_digest = DigestTensors(content.model);
  manifest.optimizer_digest = DigestTensors(content.optimizer);
  const std::string path = absl::StrCat(parent, "/", CheckpointName(manifest.tag));
  if (files.Exists(path)) {
    absl::StatusOr<CheckpointManifest> existing = VerifyCheckpoint(files, path);
    if (existing.ok() && SameTensors(*existing, manifest)) return existing;
    if (existing.ok()) return absl::AlreadyExistsError(absl::StrCat(path, ": holds another state of the same tag"));
    DOODLE_RETURN_IF_ERROR(files.RemoveAll(path));
  }
  DOODLE_ASSIGN_OR_RETURN(manifest, WriteAll(files, path, content, std::move(manifest)), path);
  absl::StatusOr<CheckpointManifest> written = VerifyCheckpoint(files, path);
  if (written.ok() && *written == manifest) return manifest;
  absl::Status removed = files.RemoveAll(path);
  DOODLE_RETURN_IF_ERROR(written.status(), removed.ok() ? "read back" : "read back, and could not be removed");
  return absl::DataLossError(absl::StrCat(path, ": the manifest read back differs"));
}

void RemoveUnfinishedCheckpoints(FileSystem& files, const std::string& parent, uint64_t generation) {
  const absl::StatusOr<std::vector<std::string>> names = files.List(parent);
  if (!names.ok()) return;
  for (const std::string& name : *names) {
    const absl::StatusOr<StateTag> tag = ParseUnfinishedName(name);
    if (tag.ok() && tag->generation < generation) files.RemoveAll(absl::StrCat(parent, "/", name)).IgnoreError();
  }
}

}  // namespace doodle
