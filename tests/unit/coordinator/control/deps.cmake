set(extra worker/gang)
