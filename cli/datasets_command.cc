#include "cli/datasets_command.h"

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "cli/client.h"
#include "cli/commands.h"
#include "cli/format.h"
#include "cli/json_text.h"
#include "cli/output_folder.h"
#include "cli/proto_json.h"
#include "cli/text_table.h"
#include "common/shard/dataset_files.h"
#include "common/shard/dataset_manifest.h"
#include "common/shard/dataset_verifier.h"
#include "common/status/status.h"
#include "common/storage/uri.h"

namespace doodle {

absl::StatusOr<std::string> DatasetDirectory(const Environment& environment, const std::string& uri) {
  DOODLE_ASSIGN_OR_RETURN(std::string directory, StoragePathOf(environment, uri));
  const absl::Status found = environment.files.Open(absl::StrCat(directory, "/", kManifestFile)).status();
  if (found.ok()) return directory;
  // An object store tells more than that: no such bucket, a wrong key.
  return IsObjectPath(directory) ? Annotate(found, "no dataset")
                                 : absl::NotFoundError(absl::StrCat("no dataset at ", directory));
}

namespace {

struct DatasetOptions {
  std::string dataset;
  std::string name;
};

std::string Splits(const v1::Dataset& dataset) {
  std::string text;
  for (const auto& [name, drawings] : dataset.splits()) {
    absl::StrAppend(&text, text.empty() ? "" : " ", name, "=", drawings);
  }
  return text;
}

absl::Status List(Environment& environment) {
  DOODLE_ASSIGN_OR_RETURN(const auto client, Client::Create(environment));
  DOODLE_ASSIGN_OR_RETURN(const std::vector<v1::Dataset> datasets, client->ListDatasets());
  Console& console = environment.console;
  if (console.json()) {
    console.Data(ProtoJsonList("datasets", datasets));
    return absl::OkStatus();
  }
  TextTable table({"DATASET", "DRAWINGS>", "CLASSES>", "SHARDS>", "SPLITS", "DIGEST", "URI"});
  for (const v1::Dataset& dataset : datasets) {
    table.Add({dataset.name(), CountText(dataset.drawings()), absl::StrCat(dataset.classes()),
               absl::StrCat(dataset.shards()), Splits(dataset), ShortDigest(dataset.digest()), dataset.uri()});
  }
  if (table.empty()) console.Message("no datasets; add one with `doodle datasets register NAME URI`");
  if (!table.empty()) console.Data(table.Text());
  return absl::OkStatus();
}

absl::Status Register(Environment& environment, const DatasetOptions& options) {
  std::string uri = options.dataset;
  if (!absl::StrContains(uri, "://")) uri = FileUri(uri, environment.working_directory);
  DOODLE_ASSIGN_OR_RETURN(const auto client, Client::Create(environment));
  DOODLE_ASSIGN_OR_RETURN(const v1::Dataset dataset, client->RegisterDataset(options.name, uri));
  environment.console.Data(environment.console.json() ? ProtoJson(dataset)
                                                      : absl::StrCat(dataset.name(), " ", dataset.digest()));
  return absl::OkStatus();
}

// Drawings of each class, and the sample digest where the manifest lacks it (version 1). With a keep-list the shards'
// footers are read, for a missing digest all of it.
absl::StatusOr<std::vector<uint64_t>> CountClasses(Environment& environment, const std::string& directory,
                                                   DatasetManifest& manifest) {
  std::vector<uint64_t> counts(manifest.classes.size(), 0);
  if (manifest.keep) {
    DOODLE_ASSIGN_OR_RETURN(const DatasetFiles dataset, OpenDatasetFiles(environment.files, directory));
    for (size_t i = 0; i < manifest.shards.size(); ++i) {
      DOODLE_ASSIGN_OR_RETURN(const auto shard, OpenDatasetShard(environment.files, dataset, i));
      for (const ShardRow& row : shard->rows()) counts[row.label] += static_cast<uint64_t>(!row.dropped());
    }
  } else {
    for (const ShardEntry& shard : manifest.shards) {
      for (size_t i = 0; i < counts.size(); ++i) counts[i] += shard.per_class[i];
    }
  }
  if (!manifest.sample_digest.empty()) return counts;
  DOODLE_ASSIGN_OR_RETURN(const VerifyReport report, VerifyDataset(environment.files, directory));
  if (!report.ok()) return absl::DataLossError(report.damage.front());
  manifest.sample_digest = report.sample_digest;
  return counts;
}

nlohmann::ordered_json ManifestJson(const std::string& directory, const DatasetManifest& manifest,
                                    const std::vector<uint64_t>& counts) {
  nlohmann::ordered_json json = {{"uri", StorageUri(directory, "/")},
                                 {"digest", manifest.digest},
                                 {"sampleDigest", manifest.sample_digest},
                                 {"points", manifest.points == PointsKind::kRaw ? "raw" : "simplified"},
                                 {"drawings", manifest.drawings},
                                 {"clampedDrawings", manifest.clamped_drawings},
                                 {"splits", nlohmann::ordered_json::object()},
                                 {"shards", manifest.shards.size()},
                                 {"classes", nlohmann::ordered_json::object()}};
  if (!manifest.base.empty()) json["base"] = manifest.base;
  for (const SplitEntry& split : manifest.splits) json["splits"][split.name] = split.drawings;
  for (size_t i = 0; i < counts.size(); ++i) json["classes"][manifest.classes[i]] = counts[i];
  return json;
}

std::string ManifestText(const std::string& directory, const DatasetManifest& manifest,
                         const std::vector<uint64_t>& counts) {
  uint64_t bytes = 0;
  for (const ShardEntry& shard : manifest.shards) bytes += shard.bytes;
  std::string text = absl::StrCat("Dataset   ", StorageUri(directory, "/"), "\nDigest    ", manifest.digest,
                                  "\nSamples   ", manifest.sample_digest, "\nDrawings  ", CountText(manifest.drawings),
                                  " in ", manifest.shards.size(), " shards, ", BytesText(bytes), "\n");
  if (manifest.points == PointsKind::kRaw) absl::StrAppend(&text, "Points    raw, as drawn\n");
  if (manifest.clamped_drawings > 0) {
    absl::StrAppend(&text, "Clamped   times of ", CountText(manifest.clamped_drawings), " drawings that ran back\n");
  }
  if (!manifest.base.empty()) absl::StrAppend(&text, "Shards in ", manifest.base, "\n");
  TextTable splits({"SPLIT", "DRAWINGS>", "SHARDS>"});
  for (const SplitEntry& split : manifest.splits) {
    splits.Add({split.name, CountText(split.drawings), absl::StrCat(split.end_shard - split.first_shard)});
  }
  TextTable classes({"CLASS", "DRAWINGS>"});
  for (size_t i = 0; i < counts.size(); ++i) classes.Add({manifest.classes[i], CountText(counts[i])});
  return absl::StrCat(text, "\n", splits.Text(), "\n", classes.Text());
}

std::string RegisteredText(const v1::Dataset& dataset) {
  return absl::StrCat("Dataset   ", dataset.name(), "\nURI       ", dataset.uri(), "\nDigest    ", dataset.digest(),
                      "\nDrawings  ", CountText(dataset.drawings()), " in ", dataset.shards(), " shards, ",
                      dataset.classes(), " classes\nSplits    ", Splits(dataset), "\n");
}

// A name is asked of the coordinator; anything with a slash, or that is a directory here, is read.
absl::Status Describe(Environment& environment, const std::string& dataset) {
  Console& console = environment.console;
  const bool path = absl::StrContains(dataset, "/") || environment.files.Exists(AbsolutePath(environment, dataset));
  if (!path) {
    DOODLE_ASSIGN_OR_RETURN(const auto client, Client::Create(environment));
    DOODLE_ASSIGN_OR_RETURN(const v1::Dataset registered, client->GetDataset(dataset));
    console.Data(console.json() ? ProtoJson(registered) : RegisteredText(registered));
    return absl::OkStatus();
  }
  DOODLE_ASSIGN_OR_RETURN(const std::string directory, DatasetDirectory(environment, dataset));
  const std::string file = absl::StrCat(directory, "/", kManifestFile);
  DOODLE_ASSIGN_OR_RETURN(const std::string text, ReadFile(environment.files, file));
  DOODLE_ASSIGN_OR_RETURN(DatasetManifest manifest, ParseManifest(text), file);
  DOODLE_ASSIGN_OR_RETURN(const std::vector<uint64_t> counts, CountClasses(environment, directory, manifest));
  console.Data(console.json() ? JsonText(ManifestJson(directory, manifest, counts))
                              : ManifestText(directory, manifest, counts));
  return absl::OkStatus();
}

absl::Status Verify(Environment& environment, const std::string& dataset) {
  Console& console = environment.console;
  DOODLE_ASSIGN_OR_RETURN(const std::string directory, DatasetDirectory(environment, dataset));
  const auto progress = [&](uint64_t done, uint64_t shards) {
    console.Transient(absl::StrCat("verifying  shard ", done, " of ", shards));
  };
  DOODLE_ASSIGN_OR_RETURN(const VerifyReport report, VerifyDataset(environment.files, directory, progress));
  console.ClearTransient();
  if (console.json()) {
    console.Data(JsonText({{"directory", directory},
                           {"shards", report.shards},
                           {"blocks", report.blocks},
                           {"drawings", report.drawings},
                           {"bytes", report.bytes},
                           {"damage", report.damage},
                           {"ok", report.ok()}}));
  } else {
    for (const std::string& damage : report.damage) console.Data(damage);
    if (report.ok()) {
      console.Data(absl::StrCat(directory, ": ok, ", CountText(report.drawings), " drawings in ", report.blocks,
                                " blocks of ", report.shards, " shards, ", BytesText(report.bytes)));
    }
  }
  if (report.ok()) return absl::OkStatus();
  return absl::DataLossError(absl::StrCat(directory, " is damaged in ", report.damage.size(), " places"));
}

}  // namespace

void AddDatasetsCommand(Command root, Environment& environment) {
  auto options = std::make_shared<DatasetOptions>();
  Command datasets = root.Add({"datasets", "dataset"}, "Datasets, here and of a coordinator.",
                              "doodle datasets describe ./dataset\ndoodle datasets show ./dataset --class cat");
  Command list = datasets.Add({"ls"}, "Datasets that the coordinator knows.", "doodle datasets ls");
  list.Run([&environment] { return List(environment); });
  Command add = datasets.Add({"register"}, "Makes a dataset known to the coordinator.",
                             "doodle datasets register ten file:///data/ten");
  add.Argument(options->name, "NAME", "Its name.");
  add.Argument(options->dataset, "URI", "Its directory, as the coordinator sees it.");
  add.Run([&environment, options] { return Register(environment, *options); });
  Command describe = datasets.Add({"describe"}, "Drawings, splits and classes.", "doodle datasets describe ./dataset");
  describe.Argument(options->dataset, "DATASET", "A directory or URI; a name is asked of the coordinator.");
  describe.Run([&environment, options] { return Describe(environment, options->dataset); });
  Command verify = datasets.Add({"verify"}, "Reads all of it and names what is damaged; exit code 1 if anything is.",
                                "doodle datasets verify ./dataset");
  verify.Argument(options->dataset, "DATASET", "A directory or URI.");
  verify.Run([&environment, options] { return Verify(environment, options->dataset); });
  AddDatasetsShowCommand(datasets, environment);
  AddDatasetsDeriveCommands(datasets, environment);
  AddDatasetsExportCommand(datasets, environment);
}

}  // namespace doodle
