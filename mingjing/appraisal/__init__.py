"""File-review campaigns and appraisal: how good the files and the work of units are, in figures anybody can redo."""
