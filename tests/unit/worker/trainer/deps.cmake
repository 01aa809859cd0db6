set(extra common/shard common/plan common/spec)
