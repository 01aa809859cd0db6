// Stands in for Gloo's header of this name (see algorithm.h): only what c10d's header calls. A context is never made,
// destroyed or looked into by code that sees this declaration; it lives inside libtorch_cpu.
#ifndef DOODLE_GLOO_HEADERS_CONTEXT_H_
#define DOODLE_GLOO_HEADERS_CONTEXT_H_

#include <chrono>

namespace gloo {

class Context {
 public:
  void setTimeout(std::chrono::milliseconds timeout);
};

}  // namespace gloo

#endif  // DOODLE_GLOO_HEADERS_CONTEXT_H_
