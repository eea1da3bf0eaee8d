"""Words and dates as the pages of the counter write them."""
