"""The public log under its prefix, as c2sp.org/tlog-tiles names its files; nothing else is served here."""

from django.urls import path

from mingjing.translog import views

app_name = "translog"
urlpatterns = [
    path("checkpoint", views.checkpoint, name="checkpoint"),
    path("tile/<path:rest>", views.tile, name="tile"),
]
