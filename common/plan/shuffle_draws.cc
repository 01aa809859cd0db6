#include "common/plan/shuffle_draws.h"

// Compiles what lies between the namespace macros once for each instruction set.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "common/plan/shuffle_draws.cc"
#include "hwy/foreach_target.h"  // IWYU pragma: keep
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace doodle {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using Words = hn::ScalableTag<uint64_t>;
using Results = hn::Rebind<uint32_t, Words>;
using WordVector = hn::Vec<Words>;

constexpr uint64_t kGolden = 0x9e3779b97f4a7c15ULL;

// The low 32 bits of `a` times those of `b`.
HWY_INLINE WordVector MulLow(WordVector a, WordVector b) {
#if HWY_TARGET == HWY_SCALAR
  const WordVector low = hn::Set(Words(), 0xffffffffULL);
  return hn::Mul(hn::And(a, low), hn::And(b, low));
#else
  const hn::Repartition<uint32_t, Words> halves;
  return hn::MulEven(hn::BitCast(halves, a), hn::BitCast(halves, b));
#endif
}

// Mix64 without its first addition.
HWY_INLINE WordVector Mix(WordVector x) {
  const Words d;
  x = hn::Mul(hn::Xor(x, hn::ShiftRight<30>(x)), hn::Set(d, 0xbf58476d1ce4e5b9ULL));
  x = hn::Mul(hn::Xor(x, hn::ShiftRight<27>(x)), hn::Set(d, 0x94d049bb133111ebULL));
  return hn::Xor(x, hn::ShiftRight<31>(x));
}

// A bound below 2^32 needs only half of the 64 by 64 bit product: (high * bound + (low * bound >> 32)) >> 32.
void Draw(uint64_t key, uint64_t first, size_t count, uint32_t* HWY_RESTRICT draws) {
  const Words d;
  const size_t lanes = hn::Lanes(d);
  WordVector bound = hn::Iota(d, first);
  WordVector counter = hn::Add(hn::Mul(bound, hn::Set(d, kGolden)), hn::Set(d, key + kGolden));
  const WordVector next_bound = hn::Set(d, lanes);
  const WordVector next_counter = hn::Set(d, lanes * kGolden);
  for (size_t i = 0; i < count; i += lanes) {
    const WordVector random = Mix(counter);
    const WordVector low = hn::ShiftRight<32>(MulLow(random, bound));
    const WordVector high = MulLow(hn::ShiftRight<32>(random), bound);
    hn::StoreU(hn::TruncateTo(Results(), hn::ShiftRight<32>(hn::Add(high, low))), Results(), draws + i);
    bound = hn::Add(bound, next_bound);
    counter = hn::Add(counter, next_counter);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace doodle
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace doodle {

HWY_EXPORT(Draw);

void DrawForShuffle(uint64_t key, uint64_t first, size_t count, std::array<uint32_t, kShuffleDraws>& draws) {
  HWY_DYNAMIC_DISPATCH(Draw)(key, first, count, draws.data());
}

}  // namespace doodle
#endif
