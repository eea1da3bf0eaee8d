"""From a drawn line to its end: scheme, task, check form, result, follow-up, voices of firms."""
