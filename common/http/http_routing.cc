#include "common/http/http_routing.h"

#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace doodle {
namespace {

std::optional<std::string> Decode(absl::string_view text, bool plus_is_blank) {
  std::string decoded;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && plus_is_blank) {
      decoded += ' ';
    } else if (text[i] != '%') {
      decoded += text[i];
    } else {
      if (i + 2 >= text.size() || !absl::ascii_isxdigit(text[i + 1]) || !absl::ascii_isxdigit(text[i + 2])) {
        return std::nullopt;
      }
      decoded += absl::HexStringToBytes(text.substr(i + 1, 2));
      i += 2;
    }
  }
  return decoded;
}

std::optional<HttpRequest> ParseTarget(absl::string_view target) {
  const std::pair<absl::string_view, absl::string_view> parts = absl::StrSplit(target, absl::MaxSplits('?', 1));
  HttpRequest request;
  std::optional<std::string> path = Decode(parts.first, false);
  if (!path || !absl::StartsWith(*path, "/")) return std::nullopt;
  request.path = *std::move(path);
  for (absl::string_view term : absl::StrSplit(parts.second, '&', absl::SkipEmpty())) {
    const std::pair<absl::string_view, absl::string_view> pair = absl::StrSplit(term, absl::MaxSplits('=', 1));
    std::optional<std::string> name = Decode(pair.first, true);
    std::optional<std::string> value = Decode(pair.second, true);
    if (!name || !value) return std::nullopt;
    request.query[*std::move(name)] = *std::move(value);
  }
  return request;
}

const HttpHandler* FindHandler(const HttpRoutes& routes, const std::string& path) {
  const auto exact = routes.find(path);
  if (exact != routes.end()) return &exact->second;
  const HttpHandler* best = nullptr;
  size_t best_length = 0;
  for (const auto& [route, handler] : routes) {
    absl::string_view prefix = route;
    if (!absl::ConsumeSuffix(&prefix, "*") || !absl::EndsWith(prefix, "/")) continue;
    if (!absl::StartsWith(path, prefix) || prefix.size() <= best_length) continue;
    best = &handler;
    best_length = prefix.size();
  }
  return best;
}

}  // namespace

HttpResponse RouteRequest(const HttpRoutes& routes, absl::string_view target) {
  const std::optional<HttpRequest> request = ParseTarget(target);
  HttpResponse refusal;
  if (!request) {
    refusal.status = 400;
    refusal.body = "bad request target\n";
    return refusal;
  }
  if (const HttpHandler* handler = FindHandler(routes, request->path)) return (*handler)(*request);
  refusal.status = 404;
  refusal.body = "not found\n";
  return refusal;
}

}  // namespace doodle
