"""Setting pages: data drawn as PDF by one engine with our own fonts; nothing is stored, no room is known here."""
