"""The acts on destruction lists: data that are kept in other systems and on paper."""
