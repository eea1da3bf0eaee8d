"""复议诉讼: what became of decisions before reconsideration bodies and courts, and what is learnt from it."""
