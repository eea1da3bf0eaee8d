"""Old data on its way in: a file, what its columns mean, a trial of every row, a second person, then the run."""
