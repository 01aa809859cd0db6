set(extra common/plan)
