// What a metric is: name, help, type, labels, who emits it and when it is first seen.
#ifndef DOODLE_COMMON_METRICS_METRIC_DEFINITION_H_
#define DOODLE_COMMON_METRICS_METRIC_DEFINITION_H_

#include <array>
#include <cstddef>
#include <span>

#include "absl/strings/string_view.h"

namespace doodle {

enum class MetricType { kCounter, kGauge, kHistogram };

// kLeader: by one trainer of a gang, its leader. Trainer and leader metrics are served by the trainer's daemon.
enum class MetricSource { kCoordinator, kTrainer, kLeader };

// What must happen before the family is in a scrape.
enum class MetricNeeds { kNothing, kFirstEvent, kGpu };

// A label. `values` are those that exist from the start, at 0; empty when they are not known before.
struct MetricLabel {
  absl::string_view name;
  std::span<const absl::string_view> values;
};

struct MetricDefinition {
  absl::string_view name;
  absl::string_view help;
  MetricType type = MetricType::kCounter;
  MetricSource source = MetricSource::kCoordinator;
  MetricNeeds needs = MetricNeeds::kNothing;
  std::array<MetricLabel, 2> labels = {};  // An unused one has an empty name.
  std::span<const double> buckets = {};    // Upper bounds in the metric's unit; histograms only.

  // A metric stands for its name, so that the registry's calls cannot misspell one.
  constexpr operator absl::string_view() const { return name; }  // NOLINT(google-explicit-constructor)

  constexpr bool HasLabel(absl::string_view label) const { return labels[0].name == label || labels[1].name == label; }
  constexpr size_t label_count() const { return (labels[0].name.empty() ? 0 : 1) + (labels[1].name.empty() ? 0 : 1); }
};

constexpr MetricDefinition DefineMetric(absl::string_view name, absl::string_view help, MetricType type,
                                        MetricSource source, MetricNeeds needs = MetricNeeds::kNothing,
                                        std::array<MetricLabel, 2> labels = {}, std::span<const double> buckets = {}) {
  return {name, help, type, source, needs, labels, buckets};
}

template <typename... Definitions>
constexpr std::array<MetricDefinition, sizeof...(Definitions)> ListMetrics(const Definitions&... definitions) {
  return {definitions...};
}

}  // namespace doodle

#endif  // DOODLE_COMMON_METRICS_METRIC_DEFINITION_H_
