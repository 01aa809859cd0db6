// The metrics of a process, as Prometheus scrapes them. The only user of prometheus-cpp.
//
//     MetricRegistry metrics(MetricHost::kCoordinator);
//     metrics.Add(metric::kJobsCompleted, {{"result", "succeeded"}});
//     metrics.Set(metric::kJobStep, {{"job", "cats"}}, 120);
//     std::string page = metrics.Expose();   // Content type kMetricsContentType.
#ifndef DOODLE_COMMON_METRICS_REGISTRY_H_
#define DOODLE_COMMON_METRICS_REGISTRY_H_

#include <map>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "common/metrics/metric_names.h"

namespace doodle {

inline constexpr absl::string_view kMetricsContentType = "text/plain; version=0.0.4; charset=utf-8";

using MetricLabels = std::map<std::string, std::string>;

// Which families a process serves: the coordinator's own, or those of a worker's trainers.
enum class MetricHost { kCoordinator, kWorker };

// Families whose labels are known beforehand exist at 0 from the start. Thread-safe.
class MetricRegistry {
 public:
  explicit MetricRegistry(MetricHost host);
  ~MetricRegistry();

  // Counter, gauge, histogram. A call that does not fit the definition (another type, other labels, a metric of the
  // other host) is logged and has no effect.
  void Add(absl::string_view name, const MetricLabels& labels = {}, double value = 1);
  void Set(absl::string_view name, const MetricLabels& labels, double value);
  void Observe(absl::string_view name, const MetricLabels& labels, double value);

  // The series exists at 0 from now on: for labels whose values no definition can know.
  void Declare(absl::string_view name, const MetricLabels& labels);

  // What `value` means depends on the metric's type: an increase, the value, one observation. NOT_FOUND for a name
  // that this process does not serve; INVALID_ARGUMENT for other labels than the definition's, for a decreasing
  // counter and for a value that is not finite (a gauge may be NaN).
  absl::Status Apply(absl::string_view name, const MetricLabels& labels, double value);

  // Forgets every series with label job=`job`.
  void RemoveJob(const std::string& job);

  // Text format 0.0.4.
  std::string Expose() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace doodle

#endif  // DOODLE_COMMON_METRICS_REGISTRY_H_
