"""Where each face is hung in; no view lives here."""

from django.urls import include, path

from mingjing.portal import urls as portal
from mingjing.portal.views.home import robots

urlpatterns = [
    path("robots.txt", robots),  # where search engines look for it
    path("portal/en/", include((portal.pages, portal.app_name), namespace="portal-en")),
    path("portal/", include(portal)),
    path("counter/", include("mingjing.counter.urls")),
    path("", include("mingjing.api.urls")),
    path("", include("mingjing.translog.urls")),
    path("", include("mingjing.web.urls")),
]

handler500 = "mingjing.web.out_of_service.server_error"
