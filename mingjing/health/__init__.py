"""How the system is doing: checks, metrics, alarms by mail. Nothing of a case or a person passes through here."""
