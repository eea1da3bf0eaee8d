"""What an agency may charge and on which numbered receipts; below the cases, which ask it before an act is written."""
