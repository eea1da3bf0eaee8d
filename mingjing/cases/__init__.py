"""Cases, parties and the append-only list of acts; nothing here edits or deletes an act."""
