"""The acts of consent."""
