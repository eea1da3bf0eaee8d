"""The addresses of the API; the operations themselves are in the rooms."""

from django.urls import path, re_path

from mingjing.api import oauth, pages
from mingjing.api.whole import api

urlpatterns = [
    path(".well-known/oauth-authorization-server", oauth.metadata, name="oauth-metadata"),
    path(".well-known/openid-configuration", oauth.metadata, name="oidc-metadata"),
    path("api/v1/token", oauth.token, name="api-token"),
    path("api/v1/jwks.json", oauth.jwks, name="api-jwks"),
    path("api/v1/openapi.json", pages.openapi, name="api-openapi"),
    path("api/v1/docs", pages.reference, name="api-reference"),
    path("api/v1/", api.urls),
    re_path(r"^api/.*$", pages.nothing, name="api-nothing"),
]
