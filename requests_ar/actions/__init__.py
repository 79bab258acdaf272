"""The legal acts on requests and complaints."""
