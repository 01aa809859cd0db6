set(extra PkgConfig::HIGHWAY common/ingest)
