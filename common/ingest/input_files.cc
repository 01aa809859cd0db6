#include "common/ingest/input_files.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/ingest/byte_source.h"
#include "common/ingest/content_format.h"
#include "common/ingest/zip_archive.h"
#include "common/status/status.h"

namespace doodle {
namespace {

bool IsHidden(absl::string_view name) {
  return absl::StartsWith(name, "__MACOSX/") || absl::StartsWith(name.substr(name.rfind('/') + 1), ".");
}

absl::StatusOr<std::unique_ptr<ByteSource>> OpenPacked(FileSystem& files, const InputFile& input) {
  if (input.archive.empty()) return OpenFileSource(files, input.path);
  return OpenZipMember(files, input.archive, input.member);
}

// Whether a folder or an archive gives `input`; `passed_over` is the first that it does not for a reason to tell.
bool IsDrawings(FileSystem& files, const InputFile& input, std::string& passed_over) {
  const auto content = OpenInputFile(files, input);
  switch (content.ok() ? content->format : FormatOf("", input.name())) {
    case ContentFormat::kUnknown:
      return false;
    case ContentFormat::kBitmaps:
    case ContentFormat::kSubmission:
      if (passed_over.empty()) passed_over = input.path;
      return false;
    default:
      return true;
  }
}

absl::Status NothingIn(const std::string& path, const std::string& passed_over) {
  std::string message = absl::StrCat(path, ": no file of drawings in it: ", kKnownFormats);
  if (!passed_over.empty()) absl::StrAppend(&message, "; ", passed_over, " holds pictures or answers, not strokes");
  return absl::InvalidArgumentError(message);
}

// `part` names a member or a folder; empty: all.
absl::Status AddArchive(FileSystem& files, const std::string& path, const std::string& part,
                        std::vector<InputFile>& out) {
  DOODLE_ASSIGN_OR_RETURN(const auto members, ListZip(files, path), path);
  const size_t before = out.size();
  bool found = part.empty();
  std::string passed_over;
  for (const ZipMember& member : members) {
    if (!part.empty() && member.name != part && !absl::StartsWith(member.name, absl::StrCat(part, "/"))) continue;
    found = true;
    InputFile input{absl::StrCat(path, ":", member.name), member.packed_bytes, path, member.index};
    const bool named = member.name == part;
    if (named || (!IsHidden(member.name) && IsDrawings(files, input, passed_over))) out.push_back(std::move(input));
  }
  if (!found) return absl::NotFoundError(absl::StrCat(path, ": has no file or folder ", part));
  return out.size() > before ? absl::OkStatus() : NothingIn(path, passed_over);
}

absl::Status AddFile(FileSystem& files, const std::string& path, std::vector<InputFile>& out) {
  DOODLE_ASSIGN_OR_RETURN(const auto file, files.Open(path));
  DOODLE_ASSIGN_OR_RETURN(auto source, OpenFileSource(files, path));
  if (FormatOf(PeekedSource(std::move(source)).head(), path) == ContentFormat::kZip) {
    return AddArchive(files, path, "", out);
  }
  out.push_back({path, file->size()});
  return absl::OkStatus();
}

absl::Status AddFolder(FileSystem& files, const std::string& path, const std::vector<std::string>& names,
                       std::vector<InputFile>& out) {
  const size_t before = out.size();
  std::string passed_over;
  for (const std::string& name : names) {
    const std::string inside = absl::StrCat(path, "/", name);
    if (IsHidden(name) || !IsDrawings(files, {inside}, passed_over)) continue;
    DOODLE_RETURN_IF_ERROR(AddFile(files, inside, out));
  }
  return out.size() > before ? absl::OkStatus() : NothingIn(path, passed_over);
}

// "a.zip:b" where a.zip is there: the length of its first part; else npos.
size_t EndOfArchive(FileSystem& files, const std::string& path) {
  if (files.Exists(path)) return std::string::npos;
  for (size_t at = path.find(':'); at != std::string::npos; at = path.find(':', at + 1)) {
    if (files.Exists(path.substr(0, at))) return at;
  }
  return std::string::npos;
}

absl::Status AddInput(FileSystem& files, const std::string& path, std::vector<InputFile>& out) {
  if (const size_t end = EndOfArchive(files, path); end != std::string::npos) {
    std::string part = path.substr(end + 1);
    while (absl::EndsWith(part, "/")) part.pop_back();
    return AddArchive(files, path.substr(0, end), part, out);
  }
  const auto names = files.List(path);  // Fails for anything but a folder.
  return names.ok() ? AddFolder(files, path, *names, out) : AddFile(files, path, out);
}

}  // namespace

absl::StatusOr<std::vector<InputFile>> ExpandInputs(FileSystem& files, const std::vector<std::string>& paths) {
  if (paths.empty()) return absl::InvalidArgumentError("no input files");
  std::vector<InputFile> out;
  for (const std::string& path : paths) DOODLE_RETURN_IF_ERROR(AddInput(files, path, out));
  return out;
}

bool InputExists(FileSystem& files, const std::string& path) {
  return files.Exists(path) || EndOfArchive(files, path) != std::string::npos;
}

absl::StatusOr<UnpackedContent> OpenInputFile(FileSystem& files, const InputFile& input) {
  auto packed = OpenPacked(files, input);
  if (!packed.ok() && input.archive.empty()) return packed.status();  // Names the path.
  DOODLE_RETURN_IF_ERROR(packed.status(), input.path);
  DOODLE_ASSIGN_OR_RETURN(auto content, Unpack(*std::move(packed), input.name()), input.path);
  return content;
}

}  // namespace doodle
