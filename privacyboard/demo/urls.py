"""Addresses of the demo."""

from django.urls import path

from privacyboard.demo import views

urlpatterns = [
    path("", views.start, name="demo_start"),
    path("post/", views.post, name="demo_post"),
    path("post/<int:pk>/", views.letter, name="demo_letter"),
]
