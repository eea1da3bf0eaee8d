"""Reading and checking the law packs; plain Python, which knows no case and no framework."""
