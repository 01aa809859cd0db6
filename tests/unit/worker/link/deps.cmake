set(extra common/thread)
