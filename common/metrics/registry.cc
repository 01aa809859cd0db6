#include "common/metrics/registry.h"

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "common/log/log.h"
#include "common/status/status.h"

namespace doodle {
namespace {

// One family of the page: creates its series on first use and remembers them, so that they can be removed.
class Family {
 public:
  Family(const MetricDefinition& definition, prometheus::Registry& registry) : definition_(definition) {
    const std::string name(definition.name);
    const std::string help(definition.help);
    switch (definition.type) {
      case MetricType::kCounter:
        counters_ = &prometheus::BuildCounter().Name(name).Help(help).Register(registry);
        break;
      case MetricType::kGauge:
        gauges_ = &prometheus::BuildGauge().Name(name).Help(help).Register(registry);
        break;
      case MetricType::kHistogram:
        histograms_ = &prometheus::BuildHistogram().Name(name).Help(help).Register(registry);
        break;
    }
  }

  const MetricDefinition& definition() const { return definition_; }

  // The series is created at 0.
  void Touch(const MetricLabels& labels) {
    Series& series = series_[labels];
    if (counters_ != nullptr && series.counter == nullptr) series.counter = &counters_->Add(labels);
    if (gauges_ != nullptr && series.gauge == nullptr) series.gauge = &gauges_->Add(labels);
    if (histograms_ != nullptr && series.histogram == nullptr) {
      const std::vector<double> bounds(definition_.buckets.begin(), definition_.buckets.end());
      series.histogram = &histograms_->Add(labels, bounds);
    }
  }

  void Apply(const MetricLabels& labels, double value) {
    Touch(labels);
    const Series& series = series_[labels];
    if (series.counter != nullptr) series.counter->Increment(value);
    if (series.gauge != nullptr) series.gauge->Set(value);
    if (series.histogram != nullptr) series.histogram->Observe(value);
  }

  void RemoveJob(const std::string& job) {
    for (auto it = series_.begin(); it != series_.end();) {
      const auto label = it->first.find("job");
      if (label == it->first.end() || label->second != job) {
        ++it;
        continue;
      }
      if (it->second.counter != nullptr) counters_->Remove(it->second.counter);
      if (it->second.gauge != nullptr) gauges_->Remove(it->second.gauge);
      if (it->second.histogram != nullptr) histograms_->Remove(it->second.histogram);
      it = series_.erase(it);
    }
  }

 private:
  struct Series {
    prometheus::Counter* counter = nullptr;
    prometheus::Gauge* gauge = nullptr;
    prometheus::Histogram* histogram = nullptr;
  };

  const MetricDefinition& definition_;
  prometheus::Family<prometheus::Counter>* counters_ = nullptr;
  prometheus::Family<prometheus::Gauge>* gauges_ = nullptr;
  prometheus::Family<prometheus::Histogram>* histograms_ = nullptr;
  std::map<MetricLabels, Series> series_;
};

// Every combination of the labels' known values; none when a label's values are open.
std::vector<MetricLabels> InitialSeries(const MetricDefinition& definition) {
  std::vector<MetricLabels> all = {{}};
  for (const MetricLabel& label : definition.labels) {
    if (label.name.empty()) continue;
    std::vector<MetricLabels> longer;
    for (const MetricLabels& labels : all) {
      for (absl::string_view value : label.values) {
        longer.push_back(labels);
        longer.back()[std::string(label.name)] = std::string(value);
      }
    }
    all = std::move(longer);
  }
  return all;
}

absl::Status CheckSample(const MetricDefinition& definition, const MetricLabels& labels, double value) {
  const bool same_labels =
      labels.size() == definition.label_count() &&
      std::all_of(labels.begin(), labels.end(), [&](const auto& label) { return definition.HasLabel(label.first); });
  if (!same_labels) return absl::InvalidArgumentError("its labels are not those of its definition");
  if (definition.type != MetricType::kGauge && !std::isfinite(value)) {
    return absl::InvalidArgumentError("value is not finite");
  }
  if (definition.type == MetricType::kCounter && value < 0) {
    return absl::InvalidArgumentError("a counter cannot decrease");
  }
  return absl::OkStatus();
}

}  // namespace

struct MetricRegistry::State {
  prometheus::Registry registry;  // Locks itself; Collect may run beside updates.
  absl::Mutex mu;
  absl::flat_hash_map<std::string, std::unique_ptr<Family>> families ABSL_GUARDED_BY(mu);

  absl::Status Apply(absl::string_view name, const MetricLabels& labels, double value, const MetricType* type)
      ABSL_LOCKS_EXCLUDED(mu) {
    absl::MutexLock lock(&mu);
    const auto found = families.find(name);
    if (found == families.end()) return absl::NotFoundError("this process serves no such metric");
    const MetricDefinition& definition = found->second->definition();
    if (type != nullptr && *type != definition.type) return absl::InvalidArgumentError("it has another type");
    DOODLE_RETURN_IF_ERROR(CheckSample(definition, labels, value));
    found->second->Apply(labels, value);
    return absl::OkStatus();
  }

  void ApplyOrLog(absl::string_view name, const MetricLabels& labels, double value, MetricType type) {
    const absl::Status status = Apply(name, labels, value, &type);
    if (!status.ok()) LogError("metric refused", {{"metric", name}, {"why", status.message()}});
  }
};

MetricRegistry::MetricRegistry(MetricHost host) : state_(std::make_unique<State>()) {
  absl::MutexLock lock(&state_->mu);
  for (const MetricDefinition& definition : metric::kAllMetrics) {
    const bool of_coordinator = definition.source == MetricSource::kCoordinator;
    if (of_coordinator != (host == MetricHost::kCoordinator)) continue;
    auto family = std::make_unique<Family>(definition, state_->registry);
    for (const MetricLabels& labels : InitialSeries(definition)) family->Touch(labels);
    state_->families.emplace(std::string(definition.name), std::move(family));
  }
}

MetricRegistry::~MetricRegistry() = default;

void MetricRegistry::Add(absl::string_view name, const MetricLabels& labels, double value) {
  state_->ApplyOrLog(name, labels, value, MetricType::kCounter);
}

void MetricRegistry::Set(absl::string_view name, const MetricLabels& labels, double value) {
  state_->ApplyOrLog(name, labels, value, MetricType::kGauge);
}

void MetricRegistry::Observe(absl::string_view name, const MetricLabels& labels, double value) {
  state_->ApplyOrLog(name, labels, value, MetricType::kHistogram);
}

void MetricRegistry::Declare(absl::string_view name, const MetricLabels& labels) {
  absl::MutexLock lock(&state_->mu);
  const auto found = state_->families.find(name);
  const bool known = found != state_->families.end() && CheckSample(found->second->definition(), labels, 0).ok();
  if (!known) return LogError("metric not declared", {{"metric", name}});
  found->second->Touch(labels);
}

absl::Status MetricRegistry::Apply(absl::string_view name, const MetricLabels& labels, double value) {
  return Annotate(state_->Apply(name, labels, value, nullptr), absl::StrCat("metric ", name));
}

void MetricRegistry::RemoveJob(const std::string& job) {
  absl::MutexLock lock(&state_->mu);
  for (auto& [name, family] : state_->families) family->RemoveJob(job);
}

std::string MetricRegistry::Expose() const {
  return prometheus::TextSerializer().Serialize(state_->registry.Collect());
}

}  // namespace doodle
