"""What is wrong with a file as a whole."""


class FileUnreadable(ValueError):
    """The file as a whole cannot be read; the text is a sentence for the person who gave it."""
