set(extra PkgConfig::HIGHWAY)
