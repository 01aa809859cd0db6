set(extra ZLIB::ZLIB)
