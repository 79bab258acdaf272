"""Pupils and parents out of files of other programs: read, compared, and written set by set."""
