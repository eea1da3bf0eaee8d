"""The tables an agency binds itself by (benchmarks and lists): drafted, checked, published, ended; never rewritten."""
