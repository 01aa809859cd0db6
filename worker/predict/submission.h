// The two files that a prediction makes: submission CSV and probabilities in NumPy's format.
#ifndef DOODLE_WORKER_PREDICT_SUBMISSION_H_
#define DOODLE_WORKER_PREDICT_SUBMISSION_H_

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace doodle {

// Indices of the `count` largest values, largest first; of equal ones the lower index first. No value is NaN.
std::vector<size_t> LargestIndices(std::span<const float> values, size_t count);

// Thread-compatible.
class SubmissionBuilder {
 public:
  // `classes` in output order; must outlive it.
  explicit SubmissionBuilder(const std::vector<std::string>& classes) : classes_(classes) {}
  void Add(uint64_t key_id, std::span<const float> probabilities);
  std::string Finish() { return std::move(text_); }  // Once.

 private:
  const std::vector<std::string>& classes_;
  std::string text_ = "key_id,word\n";
};

// NumPy's .npy, version 1.0: float32 [rows, columns], row by row (numpy.lib.format). Thread-compatible.
class NpyBuilder {
 public:
  explicit NpyBuilder(size_t columns);
  void Add(std::span<const float> row);
  std::string Finish();  // Once.

 private:
  const size_t columns_;
  uint64_t rows_ = 0;
  std::string bytes_;
};

}  // namespace doodle

#endif  // DOODLE_WORKER_PREDICT_SUBMISSION_H_
