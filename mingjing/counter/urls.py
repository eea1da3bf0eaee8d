"""The addresses of the counter; no view lives here."""

from django.urls import path, re_path

from mingjing.counter.http import not_found
from mingjing.counter.views import home

app_name = "counter"
urlpatterns = [
    path("", home.home, name="home"),
    re_path(r"^.*/$", not_found),  # an address without its last slash is sent on to the one with it
]
