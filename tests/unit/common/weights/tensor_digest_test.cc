#include "common/weights/tensor_digest.h"

#include <algorithm>

#include "gmock/gmock.h"

namespace doodle {
namespace {

std::vector<NamedTensor> Tensors() {
  return {{"b", TensorType::kU8, {2}, "xy"}, {"a", TensorType::kF32, {}, std::string("\0\0\x80\x3f", 4)}};
}

TEST(TensorDigestTest, OrderDoesNotMatter) {
  std::vector<NamedTensor> reversed = Tensors();
  std::ranges::reverse(reversed);
  EXPECT_EQ(DigestTensors(Tensors()), DigestTensors(reversed));
}

// Manifests on disk hold this: sha256 of `1:a f32[] 4\n` 00 00 80 3f `1:b u8[2] 2\n` `xy`.
TEST(TensorDigestTest, DigestIsWhatTheFormatSays) {
  EXPECT_EQ(DigestTensors(Tensors()), Sha256Hex(std::string("1:a f32[] 4\n\0\0\x80\x3f"
                                                            "1:b u8[2] 2\nxy",
                                                            30)));
}

TEST(TensorDigestTest, EveryPartCounts) {
  const std::string digest = DigestTensors(Tensors());
  for (int part = 0; part < 4; ++part) {
    std::vector<NamedTensor> changed = Tensors();
    if (part == 0) changed[0].name = "c";
    if (part == 1) changed[0].type = TensorType::kI8;
    if (part == 2) changed[0].shape = {1, 2};
    if (part == 3) changed[0].data = "xz";
    EXPECT_NE(DigestTensors(changed), digest) << part;
  }
}

}  // namespace
}  // namespace doodle
