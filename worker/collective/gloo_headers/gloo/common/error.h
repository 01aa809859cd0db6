// Stands in for Gloo's header of this name (see algorithm.h). Gloo's exceptions derive from std::runtime_error and are
// caught as that.
#ifndef DOODLE_GLOO_HEADERS_COMMON_ERROR_H_
#define DOODLE_GLOO_HEADERS_COMMON_ERROR_H_

#endif  // DOODLE_GLOO_HEADERS_COMMON_ERROR_H_
