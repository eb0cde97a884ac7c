"""Settings, read from the environment (docs/operations.md lists it).

``CUSTODY_MODE`` is ``development`` or ``production``. Left out, it is ``production`` as soon as ``DATABASE_URL``
names a server, so that a forgotten variable errs on the strict side.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from config import embedded
from config.authorities import authorities
from config.files import attachments
from config.guard import DEVELOPMENT_SECRET, refuse, unsafe_settings
from config.headers import decoder_rules
from config.logging import logging_for
from config.providers import providers
from custody.kit import env
from custody.kit.roles import APP, MIGRATOR, OWNER, SIGNER, Address

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(env.text("CUSTODY_DATA") or BASE_DIR / ".local").resolve()

DATABASE_URL = env.text("DATABASE_URL")
DATABASE_OWNER_URL = env.text("DATABASE_OWNER_URL")
MODE = env.choice(
    "CUSTODY_MODE", "production" if DATABASE_URL else "development", ("development", "production")
)
PRODUCTION = MODE == "production"
LOGGING = logging_for(production=PRODUCTION)

SECRET_KEY = env.text("CUSTODY_SECRET_KEY", DEVELOPMENT_SECRET)
DEBUG = env.boolean("CUSTODY_DEBUG", default=False)
ALLOWED_HOSTS = env.words(
    "CUSTODY_ALLOWED_HOSTS", "" if PRODUCTION else "localhost,127.0.0.1,[::1]"
)
CSRF_TRUSTED_ORIGINS = env.words("CUSTODY_TRUSTED_ORIGINS")

# Jobs -----------------------------------------------------------------------------------------------------------
BROKER_FOLDER = DATA_DIR / "broker"
CELERY_BROKER_URL = env.text("CELERY_BROKER_URL", "" if PRODUCTION else "filesystem://")
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
# Queues are all that a worker hears.
CELERY_WORKER_CONSUMER = "config.consuming:Consumer"
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
CELERY_TIMEZONE = "UTC"
# What waits for receivers outside has a worker of its own: detection never waits for them.
CELERY_TASK_ROUTES = {"notices.*": {"queue": "notices"}}
# A broker that is down is waited for, however long.
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "beat-schedule")
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any]
if CELERY_BROKER_URL.startswith("filesystem:"):
    CELERY_BROKER_TRANSPORT = "config.folder:Transport"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(BROKER_FOLDER / "messages"),
        "data_folder_out": str(BROKER_FOLDER / "messages"),
        "control_folder": str(BROKER_FOLDER / "control"),
        "polling_interval": 0.2,  # seconds; a notice is to arrive within two
    }
elif CELERY_BROKER_URL.startswith(("amqp:", "amqps:", "pyamqp:")):
    CELERY_TASK_DEFAULT_QUEUE_TYPE = CELERY_TASK_CREATE_MISSING_QUEUE_TYPE = "quorum"
    CELERY_BROKER_TRANSPORT_OPTIONS = {"confirm_publish": True}
    # Quorum queues know no global prefetch count, and RabbitMQ 4 has dropped it.
    CELERY_WORKER_DETECT_QUORUM_QUEUES = True

if PRODUCTION:
    refuse(
        unsafe_settings(
            {
                "SECRET_KEY": SECRET_KEY,
                "DEBUG": DEBUG,
                "ALLOWED_HOSTS": ALLOWED_HOSTS,
                "DATABASE_URL": DATABASE_URL,
                "CELERY_BROKER_URL": CELERY_BROKER_URL,
            }
        )
    )

# Database -------------------------------------------------------------------------------------------------------
DATABASES: dict[str, dict[str, Any]] = {
    "default": Address.of(
        DATABASE_URL or embedded.url(DATA_DIR, APP), setting="DATABASE_URL"
    ).django()
    | {"CONN_MAX_AGE": None, "CONN_HEALTH_CHECKS": True}
}
if DATABASE_OWNER_URL or not DATABASE_URL:
    # `manage.py migrate` enters here: the login owns nothing until it says SET ROLE.
    DATABASES["owner"] = Address.of(
        DATABASE_OWNER_URL or embedded.url(DATA_DIR, MIGRATOR), setting="DATABASE_OWNER_URL"
    ).django(assume_role=OWNER)
DATABASE_SIGNER_URL = env.text("DATABASE_SIGNER_URL")
if DATABASE_SIGNER_URL or not DATABASE_URL:
    # `manage.py sign_checkpoints` enters here, and nothing else does.
    DATABASES["signer"] = Address.of(
        DATABASE_SIGNER_URL or embedded.url(DATA_DIR, SIGNER), setting="DATABASE_SIGNER_URL"
    ).django()
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# The site -------------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "custody",
    "allauth",
    "allauth.account",
    "allauth.idp.oidc",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "knox",
    "rest_framework",
]
MIDDLEWARE = [
    "config.tracing.trace",
    "config.metrics.measure",
    "django.middleware.security.SecurityMiddleware",
    "config.headers.content_rules",
    "config.compression.Compression",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "custody.web.language.choose",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "custody.web.sign_in_limits.limit",
    "allauth.account.middleware.AccountMiddleware",
    "custody.web.second_factor.demand",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "custody" / door / "templates" for door in ("web", "api", "audit")],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "custody.web.access.account_frame",
                "custody.web.appearance.appearance",
            ],
            "builtins": ["custody.web.words", "custody.web.marking"],
        },
    }
]

# People ---------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "custody.Officer"
LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = LOGIN_URL
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
# "required", "outside-demonstrations" or "off"; in production it is required whatever this says.
SECOND_FACTOR = env.choice(
    "CUSTODY_SECOND_FACTOR",
    "outside-demonstrations",
    ("required", "outside-demonstrations", "off"),
)
ACCOUNT_ADAPTER = "custody.web.entrance.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = "badge"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PRESERVE_USERNAME_CASING = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 5 * 60
# Guessing is slowed by custody.people.backoff, which a stranger cannot turn against an officer.
ACCOUNT_RATE_LIMITS = {"login": False, "login_failed": False}
ALLAUTH_TRUSTED_PROXY_COUNT = env.integer("CUSTODY_PROXIES", 0, least=0, most=5)
MFA_ADAPTER = "custody.web.entrance.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_TOTP_ISSUER = "Custody"
MFA_WEBAUTHN_USER_VERIFICATION = "required"
# Browsers keep passkeys to HTTPS and to http://localhost.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not PRODUCTION
SOCIALACCOUNT_ADAPTER = "custody.web.entrance.IdentityAdapter"
SOCIALACCOUNT_AUTO_SIGNUP = False
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_PROVIDERS = providers(env.text("CUSTODY_OIDC_FILE"))
IDP_OIDC_ACCESS_TOKEN_EXPIRES_IN = 60 * 60
IDP_OIDC_ADAPTER = "custody.api.clients.ClientAdapter"
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "custody_cache",
    }
}
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
_VALIDATION = "django.contrib.auth.password_validation"
# Length and what is known, no rules of composition (ASVS 5.0, 6.2).
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {"NAME": f"{_VALIDATION}.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": f"{_VALIDATION}.CommonPasswordValidator"},
    {"NAME": "custody.people.passwords.NoHouseWords"},
]

# Language and time ----------------------------------------------------------------------------------------------
LANGUAGE_CODE = "en-gb"
LANGUAGES = [("nl", "Nederlands"), ("fr", "Français"), ("de", "Deutsch"), ("en-gb", "English")]
TIME_ZONE = "UTC"
USE_TZ = True
# The clock that pages show; the record itself is in UTC.
DISPLAY_TIME_ZONE = env.text("CUSTODY_TIME_ZONE", "Europe/Brussels")

# Papers that leave the house -------------------------------------------------------------------------------------
# A PKCS#12 file with the certificate and key that sign their PDFs (PAdES); unsigned without one.
DOCUMENT_CERTIFICATE = env.text("CUSTODY_DOCUMENT_CERTIFICATE")
DOCUMENT_PASSPHRASE = env.text("CUSTODY_DOCUMENT_PASSPHRASE")

# Notices --------------------------------------------------------------------------------------------------------
# What links in notices begin with.
SITE_URL = env.text(
    "CUSTODY_SITE_URL",
    f"https://{ALLOWED_HOSTS[0]}" if PRODUCTION and ALLOWED_HOSTS else "http://127.0.0.1:8000",
).rstrip("/")
# Outside development: HTTPS and public addresses only.
WEBHOOKS_GUARDED = PRODUCTION
EMAIL_HOST = env.text("CUSTODY_MAIL_HOST", "localhost")
EMAIL_PORT = env.integer("CUSTODY_MAIL_PORT", 25, least=1, most=65535)
EMAIL_HOST_USER = env.text("CUSTODY_MAIL_USER")
EMAIL_HOST_PASSWORD = env.text("CUSTODY_MAIL_PASSWORD")
MAIL_TLS = env.choice("CUSTODY_MAIL_TLS", "none", ("none", "starttls", "tls"))
EMAIL_USE_TLS, EMAIL_USE_SSL = MAIL_TLS == "starttls", MAIL_TLS == "tls"
EMAIL_TIMEOUT = 10
# The language of mails: nobody's own is on record.
HOUSE_LANGUAGE = env.choice("CUSTODY_LANGUAGE", LANGUAGE_CODE, tuple(dict(LANGUAGES)))
DEFAULT_FROM_EMAIL = env.text("CUSTODY_MAIL_FROM", "custody@localhost")
if not PRODUCTION and EMAIL_HOST == "localhost":
    # On a machine for looking around, mails are files to look at.
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = DATA_DIR / "mail"

# Static files ---------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "custody" / "web" / "static"]
# What `make third-party` builds from npm; `collectstatic` refuses to go without it.
if (THIRD_PARTY := BASE_DIR / ".third-party" / "static").is_dir():
    STATICFILES_DIRS.append(THIRD_PARTY)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "attachments": attachments(DATA_DIR),
    "staticfiles": {
        "BACKEND": "config.static.Gathered"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
# Development serves files where they lie; production serves what `manage.py collectstatic` gathered.
WHITENOISE_USE_FINDERS = not PRODUCTION
WHITENOISE_ADD_HEADERS_FUNCTION = decoder_rules
# No other site has any use for them.
WHITENOISE_ALLOW_ALL_ORIGINS = False

# Files that people bring.
ATTACHMENT_MOST_BYTES = (
    env.integer("CUSTODY_ATTACHMENT_MEGABYTES", 25, least=1, most=200) * 1_000_000
)
FILE_UPLOAD_HANDLERS = ["custody.attachments.uploading.InMemory"]
# A form may bring several.
FILE_UPLOAD_MAX_MEMORY_SIZE = 4 * ATTACHMENT_MOST_BYTES
DATA_UPLOAD_MAX_NUMBER_FILES = 20

# A catch of a thousand units is one form.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000

# Browsers -------------------------------------------------------------------------------------------------------
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = PRODUCTION
SESSION_COOKIE_NAME = "__Host-custody" if PRODUCTION else "custody"
CSRF_COOKIE_NAME = "__Host-custody-csrf" if PRODUCTION else "custody-csrf"
CSRF_FAILURE_VIEW = "custody.web.refused_tokens.refused"
LANGUAGE_COOKIE_NAME = "__Host-custody-language" if PRODUCTION else "custody-language"
LANGUAGE_COOKIE_AGE = 365 * 24 * 60 * 60
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 60 * 60  # one shift
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
# What a page has still to say ends with the session: the next on a shared phone is not told it.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SECURE_SSL_REDIRECT = PRODUCTION and env.boolean("CUSTODY_TLS_REDIRECT", default=True)
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = PRODUCTION
# Balancers ask by plain HTTP from inside.
SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^healthz$"]
if env.boolean("CUSTODY_BEHIND_TLS_PROXY", default=False):
    # Only for a proxy that overwrites this header: a client could send it otherwise.
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# The log --------------------------------------------------------------------------------------------------------
# How often the signer looks, for witnesses and receipts; and how often the public is shown another checkpoint: a
# quick one would tell how busy the stores are.
CHECKPOINT_SECONDS = env.integer("CUSTODY_CHECKPOINT_SECONDS", 10, least=1, most=3600)
PUBLIC_CHECKPOINT_SECONDS = env.integer(
    "CUSTODY_PUBLIC_CHECKPOINT_SECONDS", 3600, least=1, most=7 * 24 * 3600
)
# Outside authorities that say when a public checkpoint existed (RFC 3161).
TIMESTAMP_AUTHORITIES = authorities(env.text("CUSTODY_TIMESTAMP_FILE"))

# REST -----------------------------------------------------------------------------------------------------------
REST_FRAMEWORK: dict[str, Any] = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "custody.api.authentication.TokenAuthentication",
        "custody.api.clients.ClientAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_THROTTLE_CLASSES": ["custody.api.limits.PrincipalRate"],
    "DEFAULT_PERMISSION_CLASSES": [
        "rest_framework.permissions.IsAuthenticated",
        "custody.api.clients.Scoped",
    ],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["custody.api.parsing.StrictParser"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "custody.api.parsing.OneForm",
    "DEFAULT_METADATA_CLASS": None,
    "DEFAULT_SCHEMA_CLASS": "custody.api.schema.Schema",
    "EXCEPTION_HANDLER": "custody.api.problems.answer",
}
# One principal's bucket: so many requests at once, then so many a second.
REQUESTS_AT_ONCE = env.integer("CUSTODY_REQUESTS_AT_ONCE", 600, least=1, most=100_000)
REQUESTS_PER_SECOND = env.integer("CUSTODY_REQUESTS_PER_SECOND", 30, least=1, most=10_000)
# Whoever reads the public log without a credential, by network address.
LOG_REQUESTS_AT_ONCE, LOG_REQUESTS_PER_SECOND = 200, 10
METRICS_TOKEN = env.text("CUSTODY_METRICS_TOKEN")
# Asked for every half minute while every sweeper sweeps; whoever listens there calls when it falls silent.
ALIVE_URL = env.address("CUSTODY_ALIVE_URL")
REST_KNOX = {"TOKEN_TTL": None}
SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "Chain of custody",
    "DESCRIPTION": "Seized narcotics from interception to ash: every step recorded, nothing late unseen.",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVERS": [{"url": "/"}],
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "ENUM_NAME_OVERRIDES": {
        "ConfirmersEnum": "custody.api.schema.CONFIRMERS",
        "FormEnum": "custody.api.schema.FORMS",
        "UnitFormEnum": "custody.api.schema.UNIT_FORMS",
        "ContainerFormEnum": "custody.api.schema.CONTAINER_FORMS",
        "SampleFormEnum": "custody.api.schema.SAMPLE_FORMS",
        "SessionStateEnum": "custody.api.schema.SESSION_STATES",
        "MethodEnum": "custody.api.schema.SAMPLING_METHODS",
        "FindingEnum": "custody.api.schema.SEAL_FINDINGS",
        "InventoryMethodEnum": "custody.api.schema.INVENTORY_METHODS",
        "InventoryFindingEnum": "custody.api.schema.INVENTORY_FINDINGS",
        "PlanStateEnum": "custody.planning.models.State",
    },
}
