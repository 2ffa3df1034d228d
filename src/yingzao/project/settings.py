"""Settings for every way of running: embedded (SQLite, files) by default, PostgreSQL by DATABASE_URL.

The command line (`yingzao.cli`) sets YINGZAO_DATA before Django starts; nothing here writes to disk but the secret key.
"""

import ipaddress
import os
import secrets
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

from csp.constants import NONCE, NONE, SELF

PACKAGE = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("YINGZAO_DATA", "data")).resolve()
DEBUG = os.environ.get("YINGZAO_DEBUG") == "1"
SERVED_OVER_TLS = os.environ.get("YINGZAO_TLS") == "1"
# Sign-in buttons for the example's people: only an instance made by `demo`, served on loopback (or --demo-public).
DEMO_SIGN_IN = os.environ.get("YINGZAO_DEMO_SIGN_IN") == "1"


def _secret_key() -> str:
    """The instance's key: from the environment, else kept in the data folder, readable by its owner only."""
    if key := os.environ.get("YINGZAO_SECRET_KEY"):
        return key
    kept = DATA / "secret-key"
    if kept.exists():
        return kept.read_text().strip()
    if not DATA.is_dir():  # build steps and checks run without a data folder
        return secrets.token_urlsafe(50)
    key = secrets.token_urlsafe(50)
    try:
        descriptor = os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:  # another process of this instance was faster
        return kept.read_text().strip()
    with os.fdopen(descriptor, "w") as file:
        file.write(key)
    return key


SECRET_KEY = _secret_key()
# Behind `yingzao serve` every name that reaches us is ours; a reverse proxy narrows it with YINGZAO_HOSTS.
ALLOWED_HOSTS = os.environ.get("YINGZAO_HOSTS", "*").split(",")
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("YINGZAO_TRUSTED_ORIGINS", "").split(",") if o]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "csp",
    "django_htmx",
    "template_partials",
    "django_tasks",
    "django_tasks_db",
    "django_prose_editor",  # for its static files alone: ProseMirror and Tiptap in one module
    "yingzao.core",
    "yingzao.core.ui",
    "yingzao.people",
    "yingzao.articles",
    "yingzao.notices",
    "yingzao.communities",
    "yingzao.fieldwork",
    "yingzao.programmes",
    "yingzao.enrolment",
    "yingzao.activities",
    "yingzao.live",
    "yingzao.courses",
    "yingzao.cases",
    "yingzao.visits",
    "yingzao.practice",
    "yingzao.judging",
    "yingzao.honours",
    "yingzao.stories",
    "yingzao.web",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "yingzao.core.ui.doors.ShortWayMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "yingzao.core.ui.middleware.PackingMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "yingzao.core.ui.middleware.LanguageMiddleware",
    "yingzao.core.ui.middleware.NulMiddleware",
    "yingzao.core.ui.middleware.SizeMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "yingzao.core.ui.offline.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "yingzao.core.ui.middleware.OriginMiddleware",
    "yingzao.core.ui.middleware.ButtonAddressMiddleware",
    "yingzao.core.ui.middleware.RefusalMiddleware",
    "yingzao.people.views.privacy.AgreementMiddleware",
]

ROOT_URLCONF = "yingzao.project.urls"
WSGI_APPLICATION = "yingzao.project.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "csp.context_processors.nonce",
                "yingzao.core.ui.context.page",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "template_partials.templatetags.partials",
                "yingzao.core.ui.templatetags.ui",
            ],
        },
    },
]


def _database(url: str | None) -> dict:
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": DATA / "yingzao.sqlite3",
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": (
                    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
                    "PRAGMA temp_store=MEMORY; PRAGMA cache_size=-32000"
                ),
            },
        }
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        sys.exit(f"DATABASE_URL: only postgresql:// is understood, not {parts.scheme}://")
    query = dict(p.split("=", 1) for p in parts.query.split("&") if "=" in p)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "postgres",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(query.get("host", "") or parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }


DATABASES = {"default": _database(os.environ.get("DATABASE_URL"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"},
}
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}

AUTH_USER_MODEL = "people.Person"
LOGIN_URL = "people:sign-in"
LOGIN_REDIRECT_URL = "web:home"
LOGOUT_REDIRECT_URL = "web:home"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "phone", "display_name")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "project" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"

# The font of everything on paper; the folder comes with the package.
YINGZAO_FONTS = PACKAGE / "honours" / "fonts"

# Whether this process tells the others which tables it changed, for pages that are kept (web/changes.py).
TELLS_CHANGES = True

STATIC_URL = "static/"
STATIC_ROOT = Path(os.environ.get("YINGZAO_STATIC", DATA / "static"))
MEDIA_ROOT = DATA / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
# Files above this size go to disk while they arrive; the limits on what is accepted are core.media's.
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_MEMORY_SIZE = 5_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000
REQUEST_MAX_BYTES = 250_000_000

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SERVED_OVER_TLS
CSRF_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if SERVED_OVER_TLS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SERVED_OVER_TLS else None
SILENCED_SYSTEM_CHECKS = [
    "security.W005",  # the names beside ours are not ours to bind
    "security.W008",  # under TLS there is no plain port that could redirect; a reverse proxy redirects itself
    "security.W021",  # the preload list is the operator's decision
]
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "media-src": [SELF, "blob:"],
        "manifest-src": [SELF],
        "worker-src": [SELF, "blob:"],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "report-uri": "/csp-report/",
    }
}


def _networks(named: str) -> tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]:
    try:
        return tuple(ipaddress.ip_network(text.strip()) for text in named.split(",") if text.strip())
    except ValueError as failure:
        sys.exit(f"YINGZAO_INNER_NETWORKS: {failure}")


# Networks of the office that feeds may be read from, though they are not public.
INNER_NETWORKS = _networks(os.environ.get("YINGZAO_INNER_NETWORKS", ""))

# How long to wait between two looks at a feed; longer after failures.
FEED_MINUTES = max(5, int(os.environ.get("YINGZAO_FEED_MINUTES") or 60))

# Which implementation answers a port (core/ports.py); the order of meeting readers breaks ties.
YINGZAO_PORTS = {
    "tables": "yingzao.integrations.tables.reader.CalamineReader",
    "table_writer": "yingzao.integrations.tables.writer.XlsxWriter",
    "rosters": "yingzao.integrations.rosters.reader.SheetRosterReader",
    "meetings": [
        "yingzao.integrations.meetings.tencent.reader.TencentReader",
        "yingzao.integrations.meetings.zoom.reader.ZoomReader",
        "yingzao.integrations.meetings.xiaoe.reader.XiaoeReader",
        "yingzao.integrations.meetings.wecom.reader.WecomReader",
        "yingzao.integrations.meetings.dingtalk.reader.DingtalkReader",
        "yingzao.integrations.meetings.wjx.reader.WjxReader",
    ],
    "documents": "yingzao.integrations.documents.reader.ChildReader",
    "document_unsigner": "yingzao.integrations.documents.unsigner.ChildUnsigner",
    "document_writer": "yingzao.integrations.documents.writer.WordWriter",
    "completions": "yingzao.integrations.completions.reader.SheetCompletions",
    "mapped_meetings": "yingzao.integrations.meetings.mapped.reader.MappedReader",
    "mail": "yingzao.integrations.mail.courier.SmtpCourier",
    "robots": "yingzao.integrations.robots.courier.WebhookCourier",
    "push": "yingzao.integrations.push.courier.WebPushCourier",
    "questions": [
        "yingzao.integrations.questions.moodle.MoodleXml",
        "yingzao.integrations.questions.qti.Qti",
    ],
    "question_writer": "yingzao.integrations.questions.moodle.MoodleXml",
    "surveys": "yingzao.integrations.meetings.wjx.answers.WjxAnswers",
    "forms": "yingzao.integrations.xlsforms.checker.PyxformChecker",
    "web": "yingzao.integrations.web.fetcher.HttpFetcher",
    "hub": "yingzao.integrations.hub.courier.WebSubCourier",
}

# What leaves the house. Without a server and our own address no e-mail is sent, and pages say so.
YINGZAO_ADDRESS = os.environ.get("YINGZAO_ADDRESS", "") or next(iter(CSRF_TRUSTED_ORIGINS), "")
YINGZAO_MAIL = os.environ.get("YINGZAO_MAIL", "")  # smtp+tls://user:password@host:587
YINGZAO_MAIL_FROM = os.environ.get("YINGZAO_MAIL_FROM", "")
# Origins beside the services' own to which robots may post; * for any host that is not inside.
YINGZAO_ROBOT_HOSTS = [o for o in os.environ.get("YINGZAO_ROBOT_HOSTS", "").split(",") if o]
# Origins of push services of one's own, which need not be public; the others are whichever a browser names.
YINGZAO_PUSH_HOSTS = [o for o in os.environ.get("YINGZAO_PUSH_HOSTS", "").split(",") if o]

# WebSub: the hub that feeds name and that is told of what is new. None: nothing is sent. It needs YINGZAO_ADDRESS.
YINGZAO_HUB = os.environ.get("YINGZAO_HUB", "")

# Maps. Nothing is loaded from outside unless an address of tiles is given: https://tiles.example.org/{z}/{x}/{y}.png
YINGZAO_MAP_TILES = os.environ.get("YINGZAO_MAP_TILES", "")
YINGZAO_MAP_CREDIT = os.environ.get("YINGZAO_MAP_CREDIT", "")  # whose tiles they are, as their terms ask
# Where a place can be looked at in the browser: https://maps.example.org/?lat={lat}&lon={lon}
YINGZAO_MAP_LINK = os.environ.get("YINGZAO_MAP_LINK", "")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    # A page that is not there is the visitor's affair; what went wrong here is an ERROR.
    "loggers": {"django.request": {"level": "ERROR"}},
}
