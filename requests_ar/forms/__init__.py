"""What people type about requests and complaints."""
