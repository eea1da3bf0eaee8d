"""The pure core of a random draw: committed lists, seed, selection, record, bundle, check. No Django, no clock."""
