set(extra common/plan ZLIB::ZLIB)
