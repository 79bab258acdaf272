"""The acts on a breach: report, investigate, assess, advise, decide, notify, tell, learn, close."""
