"""The room `defence` 陈述申辩: the party's door to his own case, what he hands in there, and what he is answered."""
