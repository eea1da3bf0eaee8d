"""A real OpenID Connect provider (django-oauth-toolkit) for the tests, as a program of its own on the loopback.

`python provider.py FOLDER PORT REDIRECT`: one client, one user `zhang` known to us as `officer`, and `stranger`.
"""

import sys
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler, make_server

import django
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.conf import settings
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.urls import include, path

CLIENT, SECRET, PASSWORD = "mingjing", "not-so-secret", "provider-Pass-1"
FORM = '<form method="post">{% csrf_token %}{{ form }}<button>登录</button></form>'


def configure(folder: Path, port: int) -> None:
    """Give Django what it needs, before anything of it is imported that asks."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    loaders = [
        ("django.template.loaders.locmem.Loader", {"registration/login.html": FORM}),
        "django.template.loaders.app_directories.Loader",
    ]
    processors = ["django.template.context_processors.request", "django.contrib.auth.context_processors.auth"]
    settings.configure(
        SECRET_KEY="of the tests",
        ALLOWED_HOSTS=["127.0.0.1"],
        ROOT_URLCONF="__main__",
        USE_TZ=True,
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": str(folder / "provider.db")}},
        INSTALLED_APPS=[
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "oauth2_provider",
        ],
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
        ],
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "OPTIONS": {"loaders": loaders, "context_processors": processors},
            }
        ],
        LOGIN_URL="/login/",
        OAUTH2_PROVIDER={
            "OIDC_ENABLED": True,
            "OIDC_RSA_PRIVATE_KEY": pem,
            "OIDC_ISS_ENDPOINT": f"http://127.0.0.1:{port}/o",
            "PKCE_REQUIRED": True,
            "ALLOWED_REDIRECT_URI_SCHEMES": ["http"],
            "SCOPES": {"openid": "身份", "profile": "姓名"},
            "OAUTH2_VALIDATOR_CLASS": "__main__.Validator",
        },
    )


def fill(redirect: str) -> None:
    """The client and the users."""
    from django.contrib.auth.models import User  # noqa: PLC0415 - the settings come first
    from oauth2_provider.models import Application  # noqa: PLC0415 - the settings come first

    call_command("migrate", verbosity=0)
    User.objects.create_user("zhang", password=PASSWORD, first_name="officer")
    User.objects.create_user("stranger", password=PASSWORD, first_name="nobody.here")
    User.objects.create_user("second", password=PASSWORD, first_name="officer")
    Application.objects.create(
        name="明镜",
        client_id=CLIENT,
        client_secret=SECRET,
        client_type=Application.CLIENT_CONFIDENTIAL,
        authorization_grant_type=Application.GRANT_AUTHORIZATION_CODE,
        redirect_uris=redirect,
        algorithm=Application.RS256_ALGORITHM,
        skip_authorization=True,
    )


class Quiet(WSGIRequestHandler):
    """No line on the screen for each request."""

    def log_message(self, *args: object) -> None:
        """Say nothing."""


if __name__ == "__main__":
    folder, port, redirect = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    configure(folder, port)
    django.setup()
    from django.contrib.auth.views import LoginView
    from oauth2_provider.oauth2_validators import OAuth2Validator

    class Validator(OAuth2Validator):
        """Tells our user name."""

        oidc_claim_scope = None

        def get_additional_claims(self, request):
            """What the identity token says beyond the standard."""
            return {"preferred_username": request.user.first_name}

    urlpatterns = [
        path("o/", include("oauth2_provider.urls", namespace="oauth2_provider")),
        path("login/", LoginView.as_view()),
    ]
    fill(redirect)
    make_server("127.0.0.1", port, get_wsgi_application(), handler_class=Quiet).serve_forever()
