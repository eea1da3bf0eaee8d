"""Small plain tools of the core, such as legal days and canonical bytes; no framework, no clock."""
