#include "common/ingest/drawing_sorter.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/shard/dataset_manifest.h"
#include "common/status/status.h"

namespace doodle {

absl::Status DrawingSorter::Add(const Drawing& drawing) {
  if (table_.size() > 0 && table_.BytesAtNextAdd() > memory_bytes_) {
    table_.Sort();
    DOODLE_ASSIGN_OR_RETURN(const std::string path, folder_.NextPath());
    DOODLE_RETURN_IF_ERROR(WriteRun(folder_.files(), path, table_));
    runs_.push_back(path);
    table_.Clear();
  }
  table_.Add(drawing);
  if (table_.words().size() <= kMaxClasses) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat("more than ", kMaxClasses, " different words"));
}

absl::StatusOr<std::vector<std::unique_ptr<RecordSource>>> DrawingSorter::Open() const {
  std::vector<std::unique_ptr<RecordSource>> sources;
  for (const std::string& path : runs_) {
    DOODLE_ASSIGN_OR_RETURN(auto source, OpenRun(folder_.files(), path, table_.words()));
    sources.push_back(std::move(source));
  }
  if (table_.size() > 0) sources.push_back(OpenTable(table_));
  return sources;
}

}  // namespace doodle
