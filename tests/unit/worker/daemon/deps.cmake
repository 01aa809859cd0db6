set(extra worker/link common/rpc common/thread)
