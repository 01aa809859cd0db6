// Stands in for Gloo's header of this name (see algorithm.h): names of classes that are only pointed to.
#ifndef DOODLE_GLOO_HEADERS_TRANSPORT_DEVICE_H_
#define DOODLE_GLOO_HEADERS_TRANSPORT_DEVICE_H_

namespace gloo::transport {

class Device;
class Pair;

// c10d's SendWork and RecvWork own one; they are never made by our code.
class UnboundBuffer {
 public:
  virtual ~UnboundBuffer() = default;
};

}  // namespace gloo::transport

#endif  // DOODLE_GLOO_HEADERS_TRANSPORT_DEVICE_H_
