"""Every letter of consent, and the links in them."""
