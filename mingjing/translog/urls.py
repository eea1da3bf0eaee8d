"""The public log, and its second tree if there is one, as c2sp.org/tlog-tiles names files; nothing else."""

from django.urls import path

from mingjing.translog import views
from mingjing.translog.suites import SM3_NAME

app_name = "translog"
urlpatterns = [
    path("log/checkpoint", views.checkpoint, name="checkpoint"),
    path("log/policy", views.policy, name="policy"),
    path("log/tile/<path:rest>", views.tile, name="tile"),
    path("log/stamp/<str:name>", views.stamp, name="stamp"),
    path("log-sm3/checkpoint", views.checkpoint, {"suite": SM3_NAME}, name="checkpoint-sm3"),
    path("log-sm3/tile/<path:rest>", views.tile, {"suite": SM3_NAME}, name="tile-sm3"),
]
