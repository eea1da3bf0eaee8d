"""Where alerts read: rows of other rooms under the names that models use."""
