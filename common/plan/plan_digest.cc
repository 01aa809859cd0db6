#include <string>

#include "absl/strings/str_cat.h"
#include "common/ids/hash64.h"
#include "common/io/checksum.h"
#include "common/plan/keyed_shuffle.h"
#include "common/plan/stage_plan.h"

namespace doodle {
namespace {

constexpr int kProbes = 1024;

// Each field on a line of its own; the two digests come last because they are the only free text.
std::string Canonical(const PlanSpec& spec) {
  return absl::StrCat("plan ", kPlanVersion, "\nseed ", spec.seed, "\nstage ", spec.stage, "\nsamples ", spec.samples,
                      "\nepochs ", spec.epochs, "\nglobal_batch ", spec.global_batch, "\nlanes ", spec.lanes,
                      "\ndataset ", spec.dataset_digest, "\nview ", spec.view_digest, "\n");
}

}  // namespace

// The probes are drawn with a key of the spec's own, so that two machines which disagree anywhere in the order are
// unlikely to agree here: a fault in one place out of a hundred escapes 1,024 probes with a chance of 3e-5.
std::string StagePlan::Digest() const {
  const std::string canonical = Canonical(spec());
  Sha256 hash;
  hash.Update(canonical);
  for (uint32_t size : orders_->shard_sizes()) hash.Update(absl::StrCat("shard ", size, "\n"));
  const uint64_t key = PlanKey(HashBytes(canonical), PlanDomain::kProbe);
  for (int probe = 0; probe < kProbes; ++probe) {
    const PlannedSample sample = At(DrawBelow(key, probe, spec().epochs * spec().samples));
    hash.Update(absl::StrCat(sample.slot, " ", sample.shard, " ", sample.position, "\n"));
  }
  return hash.HexDigest();
}

}  // namespace doodle
