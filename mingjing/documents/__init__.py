"""Acts turned into PDF documents and case files; it reads acts and never writes them."""
