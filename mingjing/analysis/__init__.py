"""Analysis: figures for whoever decides, each open to the cases behind it; nothing is judged or recorded here."""
