// Datasets by name.
#include <memory>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/shard/dataset_reader.h"
#include "common/status/status.h"
#include "common/storage/uri.h"
#include "coordinator/control/controller.h"

namespace doodle {

absl::StatusOr<v1::Dataset> Controller::RegisterDataset(const std::string& name, const std::string& uri) {
  DOODLE_ASSIGN_OR_RETURN(const std::string path, StoragePath(uri));
  // A client's directory says nothing here, and the workers open the same path on other hosts.
  if (!IsObjectPath(path) && !absl::StartsWith(path, "/")) return InvalidField("uri", "must be an absolute path");
  DOODLE_ASSIGN_OR_RETURN(auto reader, DatasetReader::Open(ports_.files, path), absl::StrCat("dataset ", name));
  const DatasetManifest& manifest = reader->manifest();
  v1::Dataset dataset;
  dataset.set_name(name);
  dataset.set_uri(uri);
  dataset.set_digest(manifest.digest);
  dataset.set_drawings(manifest.drawings);
  dataset.set_classes(static_cast<uint32_t>(manifest.classes.size()));
  dataset.set_shards(static_cast<uint32_t>(manifest.shards.size()));
  for (const SplitEntry& split : manifest.splits) (*dataset.mutable_splits())[split.name] = split.drawings;
  const absl::Cleanup settle = [this] { Settle(); };
  {
    absl::MutexLock lock(&mu_);
    const auto known = datasets_.find(name);
    if (known != datasets_.end() && known->second.digest() != dataset.digest()) {
      return absl::AlreadyExistsError(
          absl::StrCat("dataset ", name, " is registered with other content, at ", known->second.uri()));
    }
    SetTimestamp(
        known != datasets_.end() ? known->second.create_time().seconds() * 1000000 : ToMicros(ports_.clock.Now()),
        dataset.mutable_create_time());
    datasets_[name] = dataset;
    Write(DatasetRow{name, dataset.SerializeAsString()});
  }
  return dataset;
}

absl::StatusOr<v1::Dataset> Controller::GetDataset(const std::string& name) {
  const absl::Cleanup settle = [this] { Settle(); };
  absl::MutexLock lock(&mu_);
  const auto found = datasets_.find(name);
  if (found == datasets_.end()) return absl::NotFoundError(absl::StrCat("dataset ", name, " is not registered"));
  return found->second;
}

std::vector<v1::Dataset> Controller::ListDatasets() {
  const absl::Cleanup settle = [this] { Settle(); };
  std::vector<v1::Dataset> datasets;
  absl::MutexLock lock(&mu_);
  for (const auto& [name, dataset] : datasets_) datasets.push_back(dataset);
  return datasets;
}

std::string Controller::DatasetUri(const std::string& dataset) {
  absl::MutexLock lock(&mu_);
  const auto found = datasets_.find(dataset);
  return found == datasets_.end() ? dataset : found->second.uri();
}

}  // namespace doodle
