"""The acts on lists of pupils, parents and classes: whole files of them, and one by hand."""
