#include "common/storage/curl_transport.h"

#include <curl/curl.h>

#include <cstdlib>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/cleanup/cleanup.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"

namespace doodle {
namespace {

struct FreeHandle {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};
using Handle = std::unique_ptr<CURL, FreeHandle>;

struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using HeaderList = std::unique_ptr<curl_slist, FreeList>;

// What the callbacks fill.
struct Exchange {
  WebReply reply;
  uint64_t limit = 0;
  bool too_large = false;
};

size_t TakeBody(char* data, size_t, size_t size, void* user) {
  auto& exchange = *static_cast<Exchange*>(user);
  if (exchange.reply.body.size() + size > exchange.limit) {
    exchange.too_large = true;
    return 0;
  }
  exchange.reply.body.append(data, size);
  return size;
}

size_t TakeHeader(char* data, size_t, size_t size, void* user) {
  auto& exchange = *static_cast<Exchange*>(user);
  const absl::string_view line(data, size);
  if (absl::StartsWith(line, "HTTP/")) exchange.reply.headers.clear();  // Those before were of an interim answer.
  const size_t colon = line.find(':');
  if (colon != absl::string_view::npos) {
    exchange.reply.headers[absl::AsciiStrToLower(line.substr(0, colon))] =
        std::string(absl::StripAsciiWhitespace(line.substr(colon + 1)));
  }
  return size;
}

HeaderList MakeHeaders(const std::map<std::string, std::string>& headers) {
  HeaderList list(curl_slist_append(nullptr, "Expect:"));  // Curl's own would cost a round trip for each large body.
  for (const auto& [name, value] : headers) {
    curl_slist* longer = curl_slist_append(list.get(), absl::StrCat(name, ": ", value).c_str());
    if (longer == nullptr) return list;
    (void)list.release();
    list.reset(longer);
  }
  return list;
}

// The URL up to its query, which may hold an upload's identifier.
std::string Place(const std::string& url) { return url.substr(0, url.find('?')); }

absl::Status ToStatus(CURLcode code, const char* detail, const WebRequest& request) {
  const std::string message =
      absl::StrCat(request.method, " ", Place(request.url), ": ", *detail == '\0' ? curl_easy_strerror(code) : detail);
  switch (code) {
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CERTPROBLEM:
      return absl::FailedPreconditionError(message);
    case CURLE_URL_MALFORMAT:
      return absl::InvalidArgumentError(message);
    case CURLE_OUT_OF_MEMORY:
      return absl::ResourceExhaustedError(message);
    default:
      return absl::UnavailableError(message);
  }
}

void SetMethod(CURL* handle, const WebRequest& request) {
  if (request.method == "GET") {
    curl_easy_setopt(handle, CURLOPT_HTTPGET, 1L);
  } else if (request.method == "HEAD") {
    curl_easy_setopt(handle, CURLOPT_NOBODY, 1L);
  } else {
    curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    curl_easy_setopt(handle, CURLOPT_POSTFIELDS, request.body.empty() ? "" : request.body.data());
    curl_easy_setopt(handle, CURLOPT_CUSTOMREQUEST, request.method.c_str());
  }
}

class CurlTransport final : public WebTransport {
 public:
  CurlTransport(CurlOptions options, Clock& clock) : options_(options), clock_(clock) {
    static const CURLcode initialized = curl_global_init(CURL_GLOBAL_DEFAULT);
    (void)initialized;
    for (size_t i = 0; i < options_.connections; ++i) idle_.emplace_back(nullptr);  // Made when first used.
  }

  absl::StatusOr<WebReply> Send(const WebRequest& request) override {
    Handle handle;
    if (!Take(handle)) {
      return absl::DeadlineExceededError(absl::StrCat(request.method, " ", Place(request.url),
                                                      ": no connection was free for ",
                                                      absl::FormatDuration(options_.queue_timeout)));
    }
    absl::StatusOr<WebReply> reply = Exchanged(handle, request);
    GiveBack(std::move(handle));
    return reply;
  }

 private:
  bool Take(Handle& handle) {
    absl::MutexLock lock(&mu_);
    const auto some = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) { return !idle_.empty(); };
    if (!clock_.AwaitUntil(mu_, absl::Condition(&some), clock_.SteadyNow() + options_.queue_timeout)) return false;
    handle = std::move(idle_.back());
    idle_.pop_back();
    return true;
  }

  void GiveBack(Handle handle) {
    absl::MutexLock lock(&mu_);
    idle_.push_back(std::move(handle));
  }

  void SetTimes(CURL* handle) const {
    curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS,
                     static_cast<long>(absl::ToInt64Milliseconds(options_.connect_timeout)));
    curl_easy_setopt(handle, CURLOPT_LOW_SPEED_LIMIT, 1L);
    curl_easy_setopt(handle, CURLOPT_LOW_SPEED_TIME, static_cast<long>(absl::ToInt64Seconds(options_.stall_timeout)));
  }

  absl::StatusOr<WebReply> Exchanged(Handle& handle, const WebRequest& request) const {
    if (handle == nullptr) handle.reset(curl_easy_init());
    if (handle == nullptr) return absl::ResourceExhaustedError("libcurl gives no handle");
    CURL* curl = handle.get();
    curl_easy_reset(curl);  // Keeps its connection.
    char detail[CURL_ERROR_SIZE] = "";
    const absl::Cleanup forget = [curl] { curl_easy_reset(curl); };  // It points into this frame.
    Exchange exchange;
    exchange.limit = request.answer_limit;
    const HeaderList headers = MakeHeaders(request.headers);
    SetTimes(curl);
    SetMethod(curl, request);
    curl_easy_setopt(curl, CURLOPT_URL, request.url.c_str());
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_PATH_AS_IS, 1L);  // A key may hold "..", and the signature is over it as it is.
    if (const char* bundle = std::getenv("CURL_CA_BUNDLE")) curl_easy_setopt(curl, CURLOPT_CAINFO, bundle);
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, detail);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers.get());
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, TakeBody);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &exchange);
    curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, TakeHeader);
    curl_easy_setopt(curl, CURLOPT_HEADERDATA, &exchange);
    const CURLcode code = curl_easy_perform(curl);
    if (exchange.too_large) {
      return absl::ResourceExhaustedError(
          absl::StrCat(request.method, " ", Place(request.url), ": answers more than ", exchange.limit, " bytes"));
    }
    if (code != CURLE_OK) return ToStatus(code, detail, request);
    long status = 0;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    exchange.reply.status = static_cast<int>(status);
    return std::move(exchange.reply);
  }

  const CurlOptions options_;
  Clock& clock_;
  absl::Mutex mu_;
  std::vector<Handle> idle_ ABSL_GUARDED_BY(mu_);
};

}  // namespace

std::unique_ptr<WebTransport> MakeCurlTransport(CurlOptions options, Clock& clock) {
  return std::make_unique<CurlTransport>(options, clock);
}

}  // namespace doodle
