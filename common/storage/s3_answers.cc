#include "common/storage/s3_answers.h"

#include <pugixml.hpp>
#include <sstream>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "common/status/status.h"

namespace doodle {
namespace {

absl::Status NoDocument(absl::string_view root) {
  return absl::DataLossError(absl::StrCat("the store's answer is no <", root, ">"));
}

// The root element when it has that name.
pugi::xml_node Root(pugi::xml_document& document, absl::string_view body, const char* name) {
  // Blanks count: a key may consist of them.
  if (!document.load_buffer(body.data(), body.size(), pugi::parse_default | pugi::parse_ws_pcdata_single)) return {};
  return document.child(name);
}

// A value of a listing with encoding-type=url: %XX, and a plus for a blank.
std::string UrlDecode(absl::string_view text) {
  std::string decoded;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool escaped =
        text[i] == '%' && i + 2 < text.size() && absl::ascii_isxdigit(text[i + 1]) && absl::ascii_isxdigit(text[i + 2]);
    if (escaped) {
      decoded += absl::HexStringToBytes(text.substr(i + 1, 2));
      i += 2;
    } else {
      decoded += text[i] == '+' ? ' ' : text[i];
    }
  }
  return decoded;
}

}  // namespace

S3Error ParseS3Error(absl::string_view body) {
  pugi::xml_document document;
  const pugi::xml_node root = Root(document, body, "Error");
  return {root.child_value("Code"), root.child_value("Message"), root.child_value("Region")};
}

absl::StatusOr<ObjectPage> ParseObjectPage(absl::string_view body) {
  pugi::xml_document document;
  const pugi::xml_node root = Root(document, body, "ListBucketResult");
  if (!root) return NoDocument("ListBucketResult");
  // A store that does not know the option says so by leaving this out.
  const bool encoded = absl::string_view(root.child_value("EncodingType")) == "url";
  const auto text = [&](const char* value) { return encoded ? UrlDecode(value) : std::string(value); };
  ObjectPage page;
  for (const pugi::xml_node object : root.children("Contents")) page.keys.push_back(text(object.child_value("Key")));
  for (const pugi::xml_node folder : root.children("CommonPrefixes")) {
    page.folders.push_back(text(folder.child_value("Prefix")));
  }
  if (absl::string_view(root.child_value("IsTruncated")) == "true") {
    page.next = root.child_value("NextContinuationToken");
    if (page.next.empty()) return absl::DataLossError("the store's listing goes on but does not say where");
  }
  return page;
}

absl::StatusOr<std::string> ParseUploadId(absl::string_view body) {
  pugi::xml_document document;
  std::string id = Root(document, body, "InitiateMultipartUploadResult").child_value("UploadId");
  if (id.empty()) return NoDocument("InitiateMultipartUploadResult");
  return id;
}

absl::Status CheckUploadResult(absl::string_view body) {
  pugi::xml_document document;
  if (Root(document, body, "CompleteMultipartUploadResult")) return absl::OkStatus();
  const S3Error error = ParseS3Error(body);
  if (error.code.empty()) return NoDocument("CompleteMultipartUploadResult");
  return absl::UnavailableError(absl::StrCat(error.code, ": ", error.message));
}

std::string UploadPartsXml(const std::vector<std::string>& etags) {
  pugi::xml_document document;
  pugi::xml_node root = document.append_child("CompleteMultipartUpload");
  for (size_t i = 0; i < etags.size(); ++i) {
    pugi::xml_node part = root.append_child("Part");
    part.append_child("PartNumber").text().set(static_cast<unsigned>(i + 1));
    part.append_child("ETag").text().set(etags[i].c_str());
  }
  std::ostringstream text;
  document.save(text, "", pugi::format_raw | pugi::format_no_declaration);
  return text.str();
}

}  // namespace doodle
