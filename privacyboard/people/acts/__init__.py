"""The acts on one pupil, one parent, one class: by hand, where files bring many (actions.py)."""
