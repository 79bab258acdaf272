"""Addresses of pupils and parents."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
