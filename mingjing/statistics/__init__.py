"""Monthly and yearly reports: counted from the acts up to a day, prepared, approved by another person, published."""
