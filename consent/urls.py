"""Addresses of consent: what families open, and what the office works with."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
