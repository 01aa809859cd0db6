// Stands in for Gloo's header of this name, which the LibTorch wheel does not ship: c10d's ProcessGroupGloo.hpp
// includes it and needs nothing from it.
#ifndef DOODLE_GLOO_HEADERS_ALGORITHM_H_
#define DOODLE_GLOO_HEADERS_ALGORITHM_H_

#endif  // DOODLE_GLOO_HEADERS_ALGORITHM_H_
