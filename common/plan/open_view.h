// A view of a dataset that is open on disk.
#ifndef DOODLE_COMMON_PLAN_OPEN_VIEW_H_
#define DOODLE_COMMON_PLAN_OPEN_VIEW_H_

#include "absl/status/statusor.h"
#include "common/plan/view.h"
#include "common/shard/dataset_reader.h"

namespace doodle {

// View::Create with the manifest and the footers of `dataset`; its errors. Keeps nothing of `dataset`.
absl::StatusOr<View> OpenView(const ViewSpec& spec, const DatasetReader& dataset);

}  // namespace doodle

#endif  // DOODLE_COMMON_PLAN_OPEN_VIEW_H_
