"""Django settings, all from the environment (see docs/reference/settings.md); no secret is written here."""

from pathlib import Path

import pylopdf_fonts_zh_cn
from csp.constants import NONE, SELF

from mingjing.config import env

BASE_DIR = Path(__file__).resolve().parents[2]

# --- where things are -------------------------------------------------------------------------
MINGJING_HOME = Path(env.text("HOME") or "var").expanduser().resolve()
MINGJING_ORIGIN = env.text("ORIGIN", "http://127.0.0.1:8000").rstrip("/")
# Where officers sign in, if at another address than the one that is printed on paper for the public.
MINGJING_OFFICERS_ORIGIN = env.text("OFFICERS_ORIGIN").rstrip("/")
LOG_ORIGIN = env.text("LOG_ORIGIN", "mingjing.local/log")  # the name of the public log, for ever
MINGJING_LOG_SUITES = env.words("LOG_SUITES", "sha256")  # the trees over its leaves: sha256, and sm3 too
MINGJING_LOG_KEYS = Path(env.text("LOG_KEYS")).expanduser() if env.text("LOG_KEYS") else None
MINGJING_LOG_SIGNERS = env.signers("LOG_SIGNER", "LOG_SM2_SIGNER")  # devices in place of key files
MINGJING_LOG_TSA = env.text("LOG_TSA")  # who stamps its checkpoints with the time (RFC 3161), if anybody
MINGJING_LOG_TSA_MINUTES = int(env.text("LOG_TSA_MINUTES") or "60")
# Who witnesses the log (a C2SP tlog-policy file; none: nobody), and after how long without a cosignature to alarm.
MINGJING_WITNESS_POLICY = (
    Path(env.text("WITNESS_POLICY")).expanduser() if env.text("WITNESS_POLICY") else None
)
MINGJING_WITNESS_MINUTES = int(env.text("WITNESS_MINUTES") or "10")
MINGJING_LAWPACKS = Path(env.text("LAWPACKS") or BASE_DIR / "lawpacks").expanduser().resolve()
# Where the files of the platforms that are pushed to lie (one TOML each); none: nothing is pushed.
MINGJING_PUSH_DIR = Path(env.text("PUSH_DIR")).expanduser() if env.text("PUSH_DIR") else None
# Orders of the hotline 12345 that another system sends: its token, and in whose name they are registered.
MINGJING_INBOUND_ORDERS_TOKEN = env.text("INBOUND_ORDERS_TOKEN")
MINGJING_INBOUND_ORDERS_BY = env.words("INBOUND_ORDERS_BY")
# Papers of courts, treasury and police that other systems send: their tokens, and mappings of one's own.
MINGJING_INBOUND_COURT_TOKEN = env.text("INBOUND_COURT_TOKEN")
MINGJING_INBOUND_PAYMENTS_TOKEN = env.text("INBOUND_PAYMENTS_TOKEN")
MINGJING_INBOUND_POLICE_TOKEN = env.text("INBOUND_POLICE_TOKEN")
MINGJING_INBOUND_MAPPINGS = (
    Path(env.text("INBOUND_MAPPINGS")).expanduser() if env.text("INBOUND_MAPPINGS") else None
)
# Where other systems drop files for an agency (<agency code>/orders, register, court, payments, police); none: nowhere.
MINGJING_DROP_DIR = Path(env.text("DROP_DIR")).expanduser() if env.text("DROP_DIR") else None
# The API: where its signing keys lie, how long its access tokens live, how often one client may call, and how long
# the answer to a request that writes is kept for one sent again.
MINGJING_API_KEYS = Path(env.text("API_KEYS") or MINGJING_HOME / "api-keys").expanduser()
MINGJING_API_TOKEN_MINUTES = int(env.text("API_TOKEN_MINUTES") or "15")
MINGJING_API_PER_MINUTE = int(env.text("API_PER_MINUTE") or "600")
MINGJING_API_ANSWER_HOURS = int(env.text("API_ANSWER_HOURS") or "24")
MINGJING_MAX_UPLOAD_BYTES = int(env.text("MAX_UPLOAD_MB") or "2048") * 1024 * 1024
# Stored files lie below MINGJING_HOME unless a bucket is named; then each is locked there for so many days.
MINGJING_S3_BUCKET = env.text("S3_BUCKET")
MINGJING_S3_ENDPOINT = env.text("S3_ENDPOINT") or None
MINGJING_S3_REGION = env.text("S3_REGION", "us-east-1")
MINGJING_S3_KEY_ID, MINGJING_S3_SECRET = env.text("S3_KEY_ID") or None, env.text("S3_SECRET") or None
MINGJING_S3_LOCK_DAYS = int(env.text("S3_LOCK_DAYS") or "3650")
# A record written on site and sent later than this says why.
MINGJING_ONSITE_LATE_HOURS = int(env.text("ONSITE_LATE_HOURS") or "24")
# Certificates of agencies (<agency code>.p12) and the authorities trusted; none: documents are not signed.
MINGJING_SIGNING_DIR = Path(env.text("SIGNING_DIR")).expanduser() if env.text("SIGNING_DIR") else None
MINGJING_SIGNING_TSA = env.text("SIGNING_TSA")  # where time stamps come from (RFC 3161), if anywhere
# The customer's own fonts first, then the Fandol set, then the fallback for rare characters.
FONT_DIRS = [
    *env.folders("FONT_DIRS"),
    BASE_DIR / ".cache" / "fonts",
    Path(pylopdf_fonts_zh_cn.__file__).parent,
]

# On what terms the open data may be used.
MINGJING_DATA_LICENCE = env.text("DATA_LICENCE") or (
    "本数据是依法公示的政府信息，按照公共数据、政府数据开放的有关规定无条件开放：任何人可以免费复制、分析、再利用和传播，"
    "不需要申请。使用时请注明来源和取得日期，不得篡改数据原意，不得用来识别已经隐去的个人信息；公示已经撤回或者公示期届满的"
    "内容，使用人应当及时停止展示。数据以公示页为准，提供时不附带任何保证。"
)

# Who is told by mail when something is not well, and what may read the metrics; empty: nobody, nothing.
MINGJING_ALARM_MAIL = env.words("ALARM_MAIL")
MINGJING_METRICS_TOKEN = env.text("METRICS_TOKEN")
MINGJING_SLOW_QUERY_MS = int(env.text("SLOW_QUERY_MS") or "500")

# Without a mail server nobody can subscribe by e-mail.
MINGJING_SMTP_URL = env.text("SMTP_URL")
globals().update(env.mail())

# --- who may reach us -------------------------------------------------------------------------
DEBUG = env.flag("DEBUG")
SECRET_KEY = env.secret_key(MINGJING_HOME)
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]")
HTTPS = MINGJING_ORIGIN.startswith("https://")
BEHIND_PROXY = env.flag("BEHIND_PROXY")
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# --- what runs --------------------------------------------------------------------------------
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "axes",
    "csp",
    "mingjing.config",
    "mingjing.personnel",
    "mingjing.evidence",
    "mingjing.norms",
    "mingjing.receipts",
    "mingjing.clients",
    "mingjing.signin",
    "mingjing.translog",
    "mingjing.cases",
    "mingjing.inspections",
    "mingjing.documents",
    "mingjing.property",
    "mingjing.onsite",
    "mingjing.defence",
    "mingjing.complaints",
    "mingjing.training",
    "mingjing.publicity",
    "mingjing.supervision",
    "mingjing.disputes",
    "mingjing.oversight",
    "mingjing.appraisal",
    "mingjing.governance",
    "mingjing.statistics",
    "mingjing.accountability",
    "mingjing.rectification",
    "mingjing.exchange",
    "mingjing.archive",
    "mingjing.analysis",
    "mingjing.web",
    "mingjing.portal",
    "mingjing.counter",
    "mingjing.api",
]
MIDDLEWARE = [
    "mingjing.web.measuring.measured",  # first: what the others take counts too
    "mingjing.config.languages.in_the_language_of_the_reader",  # before whatever answers in words
    "mingjing.api.answering.as_api",  # around whatever may answer with a page
    "mingjing.web.proxied.address_from_proxy",  # before whatever looks at the address
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "mingjing.web.too_large.refuse_too_large",  # before whatever reads the body
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "mingjing.web.session_rules.SessionRules",
    "axes.middleware.AxesMiddleware",  # last: it turns a lock-out into an answer
]
ROOT_URLCONF = "mingjing.config.urls"
WSGI_APPLICATION = "mingjing.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
DATABASES = {"default": env.database(MINGJING_HOME), **env.replica()}
# How old what the portal, the statistics and the analysis show may be; behind that they read the first database.
MINGJING_REPLICA_LAG_SECONDS = float(env.text("REPLICA_LAG_SECONDS") or "10")
if "replica" in DATABASES:
    DATABASE_ROUTERS = ["mingjing.config.replica.Router"]
    MIDDLEWARE.append("mingjing.config.replica.ReadFromReplica")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [
    ("zh-hans", "中文"),
    ("en", "English"),
]  # English: the portal, the counter and the errors of the API
LOCALE_PATHS = [MINGJING_LAWPACKS / "locale"]  # the words of the packs (decision 21)
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

# --- sign-in ----------------------------------------------------------------------------------
STRICT_SIGN_IN = env.flag("STRICT_SIGN_IN")  # what 等保三级 asks for, all at once
AUTH_USER_MODEL = "personnel.Person"
LOGIN_URL = "/login/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/login/"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "mingjing.config.passwords.LongEnough",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {
        "NAME": "mingjing.config.passwords.KindsOfCharacters",
        "OPTIONS": {"kinds": 3 if STRICT_SIGN_IN else 2},
    },
    {"NAME": "mingjing.signin.passwords.NotUsedBefore", "OPTIONS": {"kept": 5}},
]
# Who must prove themselves twice ("all" or roles); off by default, so that a demo opens with a password.
SIGNIN_SECOND_FACTOR_ROLES = env.words("SECOND_FACTOR_ROLES", "all" if STRICT_SIGN_IN else "")
SIGNIN_PASSWORD_DAYS = int(env.text("PASSWORD_DAYS") or 90)
SIGNIN_OWN_PASSWORD = STRICT_SIGN_IN or env.flag("OWN_PASSWORD_FIRST")
SIGNIN_ONE_SESSION = STRICT_SIGN_IN or env.flag("ONE_SESSION")
SIGNIN_SESSION_HOURS = int(env.text("SESSION_HOURS") or 12)
OIDC_ISSUER = env.text("OIDC_ISSUER")
OIDC_CLIENT_ID = env.text("OIDC_CLIENT_ID")
OIDC_CLIENT_SECRET = env.text("OIDC_CLIENT_SECRET")
OIDC_CLAIM = env.text("OIDC_CLAIM", "preferred_username")
OIDC_TITLE = env.text("OIDC_TITLE", "统一身份认证")
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.5  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "web/session/locked.html"
AXES_VERBOSE = False  # its log lines name the person
SESSION_COOKIE_AGE = int(env.text("IDLE_MINUTES") or 30) * 60
SESSION_SAVE_EVERY_REQUEST = True  # so many minutes idle, not so many minutes in all
SESSION_EXPIRE_AT_BROWSER_CLOSE = True

# --- headers and cookies ----------------------------------------------------------------------
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
CSRF_TRUSTED_ORIGINS = [one for one in (MINGJING_ORIGIN, MINGJING_OFFICERS_ORIGIN) if one]
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "worker-src": [SELF, "blob:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# --- static files -----------------------------------------------------------------------------
STATIC_URL = "/static/"
# Served straight from the package, unless an operator has collected them into a folder.
STATIC_ROOT = env.text("STATIC_ROOT") or None
WHITENOISE_USE_FINDERS = STATIC_ROOT is None
_STATIC_STORAGE = "django.contrib.staticfiles.storage.StaticFilesStorage"
if STATIC_ROOT:
    _STATIC_STORAGE = "whitenoise.storage.CompressedManifestStaticFilesStorage"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": _STATIC_STORAGE},
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "mingjing.config.logs.JsonLines"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    # Django's own handlers would print tracebacks with the data of the request.
    "loggers": {
        "django": {"handlers": [], "propagate": True},
        "axes": {"level": "ERROR"},
        "fido2": {"level": "WARNING"},  # its log lines name the passkey
        # Its log lines are tracebacks; what went wrong is told on the page.
        "paramiko": {"level": "CRITICAL"},
        "pikepdf": {"level": "WARNING"},
    },
}
