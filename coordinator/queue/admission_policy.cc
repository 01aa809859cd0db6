#include "coordinator/queue/admission_policy.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"

namespace doodle {
namespace {

std::string Count(size_t count, absl::string_view noun) {
  return absl::StrCat(count, " ", noun, count == 1 ? "" : "s");
}

size_t FreeSlots(const std::vector<WorkerSlots>& workers) {
  size_t free = 0;
  for (const WorkerSlots& worker : workers) free += worker.free.size();
  return free;
}

size_t ReleasingSlots(const std::vector<WorkerSlots>& workers) {
  size_t releasing = 0;
  for (const WorkerSlots& worker : workers) releasing += worker.releasing;
  return releasing;
}

size_t TotalSlots(const std::vector<WorkerSlots>& workers) {
  size_t total = 0;
  for (const WorkerSlots& worker : workers) total += worker.total;
  return total;
}

// Takes up to `wanted` slots, from the worker with most free ones first.
std::vector<SlotId> TakeSlots(std::vector<WorkerSlots>& workers, size_t wanted) {
  std::stable_sort(workers.begin(), workers.end(), [](const WorkerSlots& a, const WorkerSlots& b) {
    return std::tuple(b.free.size(), a.worker) < std::tuple(a.free.size(), b.worker);
  });
  std::vector<SlotId> taken;
  for (WorkerSlots& worker : workers) {
    std::sort(worker.free.begin(), worker.free.end());
    const size_t count = std::min(wanted - taken.size(), worker.free.size());
    for (size_t i = 0; i < count; ++i) taken.push_back({worker.worker, worker.free[i]});
    worker.free.erase(worker.free.begin(), worker.free.begin() + static_cast<ptrdiff_t>(count));
  }
  std::sort(taken.begin(), taken.end());
  return taken;
}

// Why a job that found no place waits; `blocker` is the job it must not overtake.
std::string WaitReason(const PendingJob& job, const std::vector<WorkerSlots>& workers, const std::string& blocker) {
  if (workers.empty()) return absl::StrCat("waits for ", Count(job.min_ranks, "slot"), ": no worker is registered");
  const size_t total = TotalSlots(workers);
  if (job.min_ranks > total) {
    return absl::StrCat("needs ", Count(job.min_ranks, "slot"), ": the fleet has ", total, " on ",
                        Count(workers.size(), "worker"));
  }
  if (!blocker.empty()) return absl::StrCat("waits behind ", blocker);
  const size_t releasing = ReleasingSlots(workers);
  if (releasing > 0) return absl::StrCat("waits for ", Count(releasing, "slot"), " being released");
  return absl::StrCat("waits for ", Count(job.min_ranks, "slot"), ": ", FreeSlots(workers), " free on ",
                      Count(workers.size(), "worker"));
}

}  // namespace

AdmissionDecision DecideAdmission(std::vector<PendingJob> jobs, std::vector<WorkerSlots> workers) {
  std::sort(jobs.begin(), jobs.end(), [](const PendingJob& a, const PendingJob& b) {
    return std::tuple(b.priority, a.order) < std::tuple(a.priority, b.order);
  });
  AdmissionDecision decision;
  std::string blocker;
  for (const PendingJob& job : jobs) {
    const size_t free = FreeSlots(workers);
    const bool enough = free >= job.min_ranks && (free >= job.max_ranks || ReleasingSlots(workers) == 0);
    if (blocker.empty() && enough) {
      decision.placements.push_back({job.id, TakeSlots(workers, job.max_ranks)});
      continue;
    }
    decision.reasons[job.id] = WaitReason(job, workers, blocker);
    if (blocker.empty() && job.min_ranks <= TotalSlots(workers)) blocker = job.id;
  }
  return decision;
}

}  // namespace doodle
