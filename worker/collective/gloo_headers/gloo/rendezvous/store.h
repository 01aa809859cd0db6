// Stands in for Gloo's header of this name (see algorithm.h): the abstract store that c10d's GlooStore derives from.
// GlooStore is never made by our code, so the layout here need not be Gloo's.
#ifndef DOODLE_GLOO_HEADERS_RENDEZVOUS_STORE_H_
#define DOODLE_GLOO_HEADERS_RENDEZVOUS_STORE_H_

#include <chrono>
#include <string>
#include <vector>

namespace gloo::rendezvous {

class Store {
 public:
  static constexpr std::chrono::milliseconds kDefaultTimeout = std::chrono::seconds(30);

  virtual ~Store() = default;
  virtual void set(const std::string& key, const std::vector<char>& data) = 0;
  virtual std::vector<char> get(const std::string& key) = 0;
  virtual void wait(const std::vector<std::string>& keys) = 0;
  virtual void wait(const std::vector<std::string>& keys, const std::chrono::milliseconds& timeout) = 0;
};

}  // namespace gloo::rendezvous

#endif  // DOODLE_GLOO_HEADERS_RENDEZVOUS_STORE_H_
