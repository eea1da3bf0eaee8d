"""Law-governance lists: major decisions, leaders' learning, heads in court, statements; campaigns, joint work, grid."""
