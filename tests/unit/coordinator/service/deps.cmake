# The fixture serves the services over gRPC and writes a dataset.
set(extra common/rpc common/shard)
