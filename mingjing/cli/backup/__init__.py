"""Backups: one folder with dated snapshots of the database and each stored file once; the keys apart from it."""
