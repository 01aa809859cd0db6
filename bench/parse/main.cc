// doodle-bench-parse SIDE FILE --seconds S
// SIDE: `ours`, the ndjson parser of an ingest, or `dom`, simdjson's DOM parser with the walk that fills the same
// drawing. Reads the file, plain ndjson, into memory, goes over it once for a digest and then again and again for S
// seconds; prints one JSON line.
#include <zlib.h>

#include <CLI/CLI.hpp>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <functional>
#include <iostream>
#include <iterator>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "bench/parse/dom_parser.h"
#include "common/drawing/drawing.h"
#include "common/ingest/line_reader.h"
#include "common/ingest/ndjson_parser.h"
#include "common/time/clock.h"

namespace doodle {
namespace {

using Parse = std::function<bool(absl::string_view line, Drawing& drawing)>;

// Calls `use` with each drawing; false for a bad line.
template <typename Use>
bool ForEachDrawing(const std::string& text, size_t size, const Parse& parse, const Use& use) {
  Drawing drawing;
  for (size_t begin = 0; begin < size;) {
    const void* const newline = std::memchr(text.data() + begin, '\n', size - begin);
    const size_t end = newline == nullptr ? size : static_cast<const char*>(newline) - text.data();
    if (!parse(absl::string_view(text.data() + begin, end - begin), drawing)) return false;
    use(drawing);
    begin = end + 1;
  }
  return true;
}

// CRC-32 of everything a simplified drawing says, as the Python peer computes it, too.
class Digest {
 public:
  void Add(const Drawing& drawing) {
    ++drawings_;
    points_ += drawing.points();
    Update(&drawing.key_id, sizeof(drawing.key_id));
    Update(drawing.word.data(), drawing.word.size());
    size_t begin = 0;
    for (const uint32_t length : drawing.stroke_lengths) {
      Update(drawing.x.data() + begin, length);
      Update(drawing.y.data() + begin, length);
      begin += length;
    }
  }

  uint64_t drawings() const { return drawings_; }
  uint64_t points() const { return points_; }
  uint64_t crc() const { return crc_; }

 private:
  void Update(const void* bytes, size_t size) {
    crc_ = crc32(crc_, static_cast<const Bytef*>(bytes), static_cast<uInt>(size));
  }

  uint64_t drawings_ = 0;
  uint64_t points_ = 0;
  uLong crc_ = 0;
};

Parse ParserOf(const std::string& side, NdjsonParser& ours, DomParser& dom) {
  if (side == "dom") return [&dom](absl::string_view line, Drawing& drawing) { return dom.Parse(line, drawing); };
  return [&ours](absl::string_view line, Drawing& drawing) { return ours.Parse(line, drawing).ok(); };
}

int Run(const std::string& side, const std::string& path, double seconds) {
  std::ifstream file(path, std::ios::binary);
  std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  const size_t size = text.size();
  text.append(kLinePadding, '\0');
  NdjsonParser ours;
  DomParser dom;
  const Parse parse = ParserOf(side, ours, dom);
  Digest digest;
  if (!ForEachDrawing(text, size, parse, [&](const Drawing& drawing) { digest.Add(drawing); })) {
    std::cerr << "doodle-bench-parse: a bad line in " << path << std::endl;
    return 1;
  }
  Clock& clock = RealClock();
  const absl::Duration begin = clock.SteadyNow();
  absl::Duration spent;
  uint64_t passes = 0;
  uint64_t points = 0;  // So that no pass can be left out.
  for (; spent < absl::Seconds(seconds); ++passes, spent = clock.SteadyNow() - begin) {
    ForEachDrawing(text, size, parse, [&](const Drawing& drawing) { points += drawing.points(); });
  }
  std::cout << "{\"drawings\": " << digest.drawings() << ", \"points\": " << points / passes
            << ", \"crc\": " << digest.crc()
            << ", \"megabytes_per_second\": " << static_cast<double>(size * passes) / 1e6 / absl::ToDoubleSeconds(spent)
            << "}" << std::endl;
  return 0;
}

int Main(int argc, char** argv) {
  CLI::App app("The ndjson parser beside simdjson's DOM parser.", "doodle-bench-parse");
  std::string side;
  std::string path;
  double seconds = 1;
  app.add_option("side", side)->required()->check(CLI::IsMember({"ours", "dom"}));
  app.add_option("file", path)->required()->check(CLI::ExistingFile);
  app.add_option("--seconds", seconds)->check(CLI::PositiveNumber);
  CLI11_PARSE(app, argc, argv);
  return Run(side, path, seconds);
}

}  // namespace
}  // namespace doodle

int main(int argc, char** argv) { return doodle::Main(argc, argv); }
