"""Writing the whole portal as plain files: its addresses, its pages with their links, what a browser searches."""
