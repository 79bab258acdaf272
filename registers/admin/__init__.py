"""The register in the browser admin."""

from registers.admin import activities, catalogue, processors

__all__ = ["activities", "catalogue", "processors"]
