// `datasets show`: drawings of a dataset in the terminal, or on one picture.
#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "cli/datasets_command.h"
#include "cli/json_text.h"
#include "cli/picture_rows.h"
#include "cli/show_bitmaps.h"
#include "common/plan/open_view.h"
#include "common/render/contact_sheet.h"
#include "common/render/terminal_picture.h"
#include "common/shard/dataset_reader.h"
#include "common/status/status.h"

namespace doodle {

namespace {

constexpr int kTerminalCell = 24;  // Characters.
constexpr int kSheetCell = 128;    // Pixels.
constexpr int64_t kMaxCount = 1000;

struct ShowOptions {
  std::string dataset;
  std::string split;  // Empty: train.
  std::vector<std::string> classes;
  int64_t count = 12;
  std::string out;
};

// The drawings at the view's positions of one shard, reading each of its blocks at most once.
absl::Status ReadShard(const DatasetReader& dataset, const View::Shard& members, std::vector<Drawing>& drawings) {
  const ShardReader& shard = dataset.shard(members.shard);
  std::vector<Drawing> block;
  size_t open = shard.blocks();
  for (const uint32_t position : members.positions) {
    if (position / kBlockDrawings != open) {
      open = position / kBlockDrawings;
      DOODLE_ASSIGN_OR_RETURN(block, shard.ReadBlock(open, dataset.manifest().classes));
    }
    drawings.push_back(block[position % kBlockDrawings]);
  }
  return absl::OkStatus();
}

// As many of each class as `count` allows, those with the lowest key hashes, by class.
absl::StatusOr<std::vector<Drawing>> Choose(const DatasetReader& dataset, const ShowOptions& options) {
  const size_t classes = options.classes.empty() ? dataset.manifest().classes.size() : options.classes.size();
  ViewSpec spec;
  spec.split = options.split.empty() ? "train" : options.split;
  spec.classes = options.classes;
  spec.limit_per_class = std::max<uint64_t>(1, static_cast<uint64_t>(options.count) / std::max<size_t>(1, classes));
  DOODLE_ASSIGN_OR_RETURN(const View view, OpenView(spec, dataset));
  std::vector<Drawing> drawings;
  for (const View::Shard& shard : view.shards()) DOODLE_RETURN_IF_ERROR(ReadShard(dataset, shard, drawings));
  std::stable_sort(drawings.begin(), drawings.end(),
                   [](const Drawing& a, const Drawing& b) { return a.word < b.word; });
  if (drawings.size() > static_cast<size_t>(options.count)) drawings.resize(static_cast<size_t>(options.count));
  return drawings;
}

absl::Status ShowInTerminal(Console& console, const std::vector<Drawing>& drawings) {
  std::vector<TextPicture> pictures;
  for (const Drawing& drawing : drawings) {
    DOODLE_ASSIGN_OR_RETURN(std::string lines, TerminalPicture(drawing, kTerminalCell));
    pictures.push_back({std::move(lines), drawing.word});
  }
  PrintPictures(console, pictures, kTerminalCell);
  return absl::OkStatus();
}

absl::Status WriteSheet(Environment& environment, const std::string& out, const std::vector<Drawing>& drawings) {
  DOODLE_ASSIGN_OR_RETURN(const GrayImage sheet, RenderContactSheet(drawings, kSheetColumns, kSheetCell));
  return WriteShownSheet(environment, sheet, out, drawings.size());
}

std::string Json(const std::vector<Drawing>& drawings) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const Drawing& drawing : drawings) {
    list.push_back({{"keyId", absl::StrCat(drawing.key_id)},
                    {"word", drawing.word},
                    {"strokes", drawing.stroke_lengths.size()},
                    {"points", drawing.points()}});
  }
  return JsonText(nlohmann::ordered_json({{"drawings", list}}));
}

absl::Status ShowNpy(Environment& environment, const ShowOptions& options) {
  if (!options.split.empty() || !options.classes.empty()) {
    return absl::InvalidArgumentError("--split and --class are for datasets: a .npy file has neither");
  }
  return ShowBitmaps(environment, options.dataset, static_cast<uint64_t>(options.count), options.out);
}

absl::Status Show(Environment& environment, const ShowOptions& options) {
  if (options.count < 1 || options.count > kMaxCount) {
    return absl::InvalidArgumentError(absl::StrCat("--count: ", options.count, " is not within 1 and ", kMaxCount));
  }
  if (!options.out.empty() && !absl::EndsWithIgnoreCase(options.out, ".png")) {
    return absl::InvalidArgumentError(absl::StrCat("--out: ", options.out, " does not end with .png"));
  }
  if (absl::EndsWithIgnoreCase(options.dataset, ".npy")) return ShowNpy(environment, options);
  DOODLE_ASSIGN_OR_RETURN(const std::string directory, DatasetDirectory(environment, options.dataset));
  DOODLE_ASSIGN_OR_RETURN(const auto dataset, DatasetReader::Open(environment.files, directory));
  DOODLE_ASSIGN_OR_RETURN(const std::vector<Drawing> drawings, Choose(*dataset, options));
  if (!options.out.empty()) return WriteSheet(environment, options.out, drawings);
  if (!environment.console.json()) return ShowInTerminal(environment.console, drawings);
  environment.console.Data(Json(drawings));
  return absl::OkStatus();
}

}  // namespace

void AddDatasetsShowCommand(Command datasets, Environment& environment) {
  auto options = std::make_shared<ShowOptions>();
  Command show = datasets.Add({"show"}, "Draws doodles in the terminal, or on a PNG.",
                              "doodle datasets show ./dataset --class cat --class house\n"
                              "doodle datasets show ./dataset --count 40 --out sheet.png\n"
                              "doodle datasets show full_numpy_bitmap_cat.npy");
  show.Argument(options->dataset, "DATASET", "A directory or URI; or Google's bitmaps, FILE.npy.");
  show.Option(options->split, "--split", "NAME", "From this split. Default: train.");
  show.Options(options->classes, "--class", "NAME", "Of this class; may be repeated. Default: all.");
  show.Option(options->count, "-n,--count", "N", "How many, shared among the classes. Default: 12.");
  show.Option(options->out, "-o,--out", "FILE.png", "Write a picture instead.");
  show.Run([&environment, options] { return Show(environment, *options); });
}

}  // namespace doodle
