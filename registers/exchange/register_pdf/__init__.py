"""The whole register as one PDF: printed in parts, of which only the changed ones are made anew."""

from registers.exchange.register_pdf.book import make

__all__ = ["make"]
