"""The pages of requests and complaints."""
