"""What columns, names and days in files of other programs mean. Pure."""
