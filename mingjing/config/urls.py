"""Where each face is hung in; no view lives here."""

from django.urls import include, path

urlpatterns = [
    path("portal/", include("mingjing.portal.urls")),
    path("counter/", include("mingjing.counter.urls")),
    path("", include("mingjing.translog.urls")),
    path("", include("mingjing.web.urls")),
]
