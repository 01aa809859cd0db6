#include "common/shard/encoding_pool.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/shard/block_codec.h"

namespace doodle {

void BlockTask::Run() {
  absl::StatusOr<std::string> bytes = EncodeBlock(drawings_);
  absl::MutexLock lock(&mu_);
  bytes_ = std::move(bytes);
  done_ = true;
}

absl::StatusOr<std::string> BlockTask::Take() {
  absl::MutexLock lock(&mu_);
  mu_.Await(absl::Condition(&done_));
  return std::move(bytes_);
}

EncodingPool::EncodingPool(size_t threads) : queue_(2 * threads) {
  if (threads < 2) return;
  for (size_t i = 0; i < threads; ++i) {
    threads_.emplace_back(absl::StrCat("encode-", i), [this] {
      while (const auto task = queue_.Pop()) (*task)->Run();
    });
  }
}

EncodingPool::~EncodingPool() { queue_.Close(); }

std::shared_ptr<BlockTask> EncodingPool::Submit(std::vector<Drawing> drawings) {
  auto task = std::make_shared<BlockTask>(std::move(drawings));
  if (threads_.empty()) {
    task->Run();
  } else {
    queue_.Push(task);
  }
  return task;
}

}  // namespace doodle
