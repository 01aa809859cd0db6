#include "common/spec/trigger.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/status/status.h"

namespace doodle {
namespace {

struct UnitWord {
  absl::string_view word;
  Trigger::Unit unit;
  double factor;
  bool whole;  // The amount, once multiplied, has no fraction.
};

constexpr std::array kUnits = {
    UnitWord{"ba", Trigger::Unit::kSteps, 1, true},      UnitWord{"ep", Trigger::Unit::kEpochs, 1, false},
    UnitWord{"sp", Trigger::Unit::kSamples, 1, true},    UnitWord{"ksp", Trigger::Unit::kSamples, 1e3, true},
    UnitWord{"Msp", Trigger::Unit::kSamples, 1e6, true}, UnitWord{"s", Trigger::Unit::kSeconds, 1, false},
    UnitWord{"min", Trigger::Unit::kSeconds, 60, false}, UnitWord{"h", Trigger::Unit::kSeconds, 3600, false},
    UnitWord{"%", Trigger::Unit::kShare, 0.01, false},
};

absl::Status BadTrigger(absl::string_view text, absl::string_view problem) {
  return absl::InvalidArgumentError(
      absl::StrCat("\"", text, "\" ", problem,
                   "; write 500ba (batches), 2ep (epochs), 1Msp (samples), 30s, 10min, 20h or 10% (of the stage)"));
}

// A share is divided, not multiplied by 0.01: the quotient is the double nearest to the decimal that was meant.
double Multiply(double number, const UnitWord& unit) {
  return unit.unit == Trigger::Unit::kShare ? number / 100 : number * unit.factor;
}

uint64_t Samples(const StageExtent& stage, uint64_t committed) {
  return committed >= stage.steps ? stage.epochs * stage.samples : committed * stage.global_batch;
}

// How often `committed` steps have passed a multiple of the trigger's amount.
double Passed(const Trigger& trigger, const StageExtent& stage, uint64_t committed) {
  constexpr double kRounding = 1e-9;  // A share of the steps may be a hair above the whole number that was meant.
  const auto samples = static_cast<double>(Samples(stage, committed));
  const auto steps = static_cast<double>(committed);
  switch (trigger.unit) {
    case Trigger::Unit::kSteps:
      return std::floor(steps / trigger.amount);
    case Trigger::Unit::kSamples:
      return std::floor(samples / trigger.amount);
    case Trigger::Unit::kEpochs:
      return std::floor(samples / (trigger.amount * static_cast<double>(stage.samples)) + kRounding);
    case Trigger::Unit::kShare:
      return std::floor(steps / (trigger.amount * static_cast<double>(stage.steps)) + kRounding);
    default:
      return 0;
  }
}

}  // namespace

absl::StatusOr<Trigger> ParseTrigger(absl::string_view text) {
  if (text == "auto") return Trigger{};
  const auto is_number = [](char c) { return absl::ascii_isdigit(c) || c == '.'; };
  const auto split = std::find_if_not(text.begin(), text.end(), is_number);
  const absl::string_view word(split, text.end() - split);
  double number = 0;
  if (!absl::SimpleAtod(absl::string_view(text.begin(), split - text.begin()), &number)) {
    return BadTrigger(text, "does not begin with a number");
  }
  if (word.empty()) return BadTrigger(text, "has no unit");
  const auto unit = std::find_if(kUnits.begin(), kUnits.end(), [&](const UnitWord& u) { return u.word == word; });
  if (unit == kUnits.end()) return BadTrigger(text, absl::StrCat("has an unknown unit \"", word, "\""));
  const double amount = Multiply(number, *unit);
  if (!(amount > 0)) return BadTrigger(text, "is not more than zero");
  if (unit->whole && amount != std::floor(amount)) return BadTrigger(text, "is not a whole number");
  if (amount > 1e15) return BadTrigger(text, "is too large");
  if (unit->unit == Trigger::Unit::kShare && amount > 1) return BadTrigger(text, "is more than 100%");
  return Trigger{unit->unit, amount};
}

std::string TriggerText(const Trigger& trigger) {
  const auto number = [](double value) {
    return value == std::floor(value) ? absl::StrCat(static_cast<int64_t>(value)) : absl::StrCat(value);
  };
  switch (trigger.unit) {
    case Trigger::Unit::kNever:
      return "never";
    case Trigger::Unit::kSteps:
      return number(trigger.amount) + "ba";
    case Trigger::Unit::kEpochs:
      return number(trigger.amount) + "ep";
    case Trigger::Unit::kSamples:
      return number(trigger.amount) + "sp";
    case Trigger::Unit::kSeconds:
      return number(trigger.amount) + "s";
    case Trigger::Unit::kShare:
      return number(trigger.amount * 100) + "%";
  }
  return "never";
}

bool Due(const Trigger& trigger, const StageExtent& stage, uint64_t step) {
  if (trigger.unit == Trigger::Unit::kNever || step >= stage.steps) return false;
  return step + 1 == stage.steps || Passed(trigger, stage, step + 1) > Passed(trigger, stage, step);
}

absl::StatusOr<int64_t> StepsOf(const Trigger& trigger, const StageExtent& stage) {
  const auto batch = static_cast<double>(stage.global_batch);
  const auto samples = static_cast<double>(stage.samples);
  switch (trigger.unit) {
    case Trigger::Unit::kNever:
      return 0;
    case Trigger::Unit::kSteps:
      return static_cast<int64_t>(trigger.amount);
    case Trigger::Unit::kEpochs:
      return static_cast<int64_t>(std::ceil(trigger.amount * samples / batch));
    case Trigger::Unit::kSamples:
      return static_cast<int64_t>(std::ceil(trigger.amount / batch));
    case Trigger::Unit::kShare:
      return std::llround(trigger.amount * static_cast<double>(stage.steps));
    case Trigger::Unit::kSeconds:
      break;
  }
  return absl::InvalidArgumentError(
      absl::StrCat(TriggerText(trigger), " is wall-clock time; a schedule counts ba, ep, sp or %"));
}

}  // namespace doodle
