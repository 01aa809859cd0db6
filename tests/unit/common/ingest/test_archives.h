// Packed input files of a test.
#ifndef DOODLE_TESTS_UNIT_COMMON_INGEST_TEST_ARCHIVES_H_
#define DOODLE_TESTS_UNIT_COMMON_INGEST_TEST_ARCHIVES_H_

#include <zip.h>
#include <zlib.h>
#include <zstd.h>

#include <string>
#include <utility>
#include <vector>

namespace doodle {

using ZipContents = std::vector<std::pair<std::string, std::string>>;  // Name, content.

// Replaces `path`. With a password all of it is encrypted.
inline void WriteZip(const std::string& path, const ZipContents& contents, const std::string& password = "") {
  zip_t* const zip = zip_open(path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, nullptr);
  for (const auto& [name, content] : contents) {
    zip_source_t* const source = zip_source_buffer(zip, content.data(), content.size(), 0);
    const auto index = static_cast<zip_uint64_t>(zip_file_add(zip, name.c_str(), source, 0));
    if (!password.empty()) zip_file_set_encryption(zip, index, ZIP_EM_AES_256, password.c_str());
  }
  zip_close(zip);
}

inline std::string Zstd(const std::string& text) {
  std::string packed(ZSTD_compressBound(text.size()), '\0');
  ZSTD_CCtx* const context = ZSTD_createCCtx();
  ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);  // As the tool does.
  packed.resize(ZSTD_compress2(context, packed.data(), packed.size(), text.data(), text.size()));
  ZSTD_freeCCtx(context);
  return packed;
}

inline std::string Gzip(const std::string& text) {
  z_stream stream{};
  deflateInit2(&stream, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
  std::string packed(deflateBound(&stream, text.size()), '\0');
  std::string copy = text;
  stream.next_in = reinterpret_cast<Bytef*>(copy.data());
  stream.avail_in = static_cast<uInt>(copy.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

}  // namespace doodle

#endif  // DOODLE_TESTS_UNIT_COMMON_INGEST_TEST_ARCHIVES_H_
