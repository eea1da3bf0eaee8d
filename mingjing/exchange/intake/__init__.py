"""What courts and the treasury tell an agency: kept as it came, matched to its cases, confirmed by a person."""
