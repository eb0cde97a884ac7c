"""The database's roles: who may do what is decided by PostgreSQL, not by our code.

The four roles have fixed names, because migrations grant rights to them. A login of another name, as a URL may
give it, becomes a member of its role, so that several installations can share a server.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, LiteralString
from urllib.parse import quote

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from custody.kit.errors import InvalidSetting

OWNER = "custody_owner"
MIGRATOR = "custody_migrator"
APP = "custody_app"
SIGNER = "custody_signer"
AUDITOR = "custody_auditor"

# A frozen client holds the append lock until the server ends its transaction; the others wait less than that.
APP_LIMITS: Mapping[str, str] = {
    "lock_timeout": "10s",
    "idle_in_transaction_session_timeout": "5s",
    "statement_timeout": "60s",
}
# Rows are found by index, also while tables are small, so that plans do not change as tables grow.
APP_PLANS: Mapping[str, str] = {"random_page_cost": "1.1", "jit": "off"}


@dataclass(frozen=True, slots=True)
class Address:
    """Where a database is and as whom to enter: a libpq URL, taken apart."""

    user: str
    password: str
    host: str
    port: str
    name: str
    options: Mapping[str, str]

    @classmethod
    def of(cls, url: str, *, setting: str) -> Address:
        """Take a ``postgresql://`` URL apart.

        Args:
            url: as libpq reads it; a folder with a socket goes into ``?host=``.
            setting: the setting that it came from, for the error.

        Raises:
            InvalidSetting: it is not such a URL, or names no user or no database.
        """
        try:
            if not url.startswith(("postgresql://", "postgres://")):
                raise psycopg.ProgrammingError("it does not begin with postgresql://")
            parts: dict[str, str] = {
                key: str(value) for key, value in conninfo_to_dict(url).items() if value
            }
        except psycopg.ProgrammingError as fault:
            # The value is not repeated: it may hold a password.
            raise InvalidSetting(
                name=setting,
                value="a text that is no database URL",
                expected=f"write postgresql://user:password@host:port/database ({fault})",
            ) from None
        user, name = parts.pop("user", ""), parts.pop("dbname", "")
        if not user or not name:
            raise InvalidSetting(
                name=setting,
                value="a URL without a user or a database",
                expected="write postgresql://user:password@host:port/database",
            )
        return cls(
            user=user,
            password=parts.pop("password", ""),
            host=parts.pop("host", ""),
            port=parts.pop("port", ""),
            name=name,
            options=parts,
        )

    @property
    def url(self) -> str:
        """The same address as a URL."""
        secret = f":{quote(self.password, safe='')}" if self.password else ""
        query = {**({"host": self.host} if self.host else {}), **self.options}
        query |= {"port": self.port} if self.port else {}
        tail = "&".join(f"{key}={quote(value, safe='/')}" for key, value in query.items())
        place = quote(self.name, safe="")
        return f"postgresql://{quote(self.user, safe='')}{secret}@/{place}" + (
            f"?{tail}" if tail else ""
        )

    def django(self, **options: object) -> dict[str, Any]:
        """The address as an entry of Django's ``DATABASES``."""
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": self.name,
            "USER": self.user,
            "PASSWORD": self.password,
            "HOST": self.host,
            "PORT": self.port,
            "OPTIONS": {**self.options, **options},
        }


@dataclass(frozen=True, slots=True)
class Logins:
    """The logins of one installation, each a name and a password (which may be empty where the server asks for none)."""

    app: tuple[str, str]
    migrator: tuple[str, str]
    signer: tuple[str, str] | None = None
    auditor: tuple[str, str] | None = None

    def members(self) -> Iterator[tuple[str, str, str]]:
        """Each login with its password and the role it enters as."""
        yield *self.app, APP
        if self.signer:
            yield *self.signer, SIGNER
        if self.auditor:
            yield *self.auditor, AUDITOR


def prepare_database(admin_url: str, name: str, logins: Logins) -> list[str]:
    """Make the roles and the database, or bring them to what they should be; running it again changes nothing.

    Args:
        admin_url: a login that may create roles and databases.
        name: the database.
        logins: who enters.

    Returns:
        What was made, in order, for the operator to read.
    """
    made: list[str] = []
    with psycopg.connect(admin_url, autocommit=True) as admin:
        prepare_roles(admin, logins, made)
        create_database(admin, name, logins, made)
    return made


def prepare_roles(admin: psycopg.Connection, logins: Logins, made: list[str]) -> None:
    """The four roles and the logins that enter as them."""
    for role in (OWNER, APP, SIGNER, AUDITOR):
        _create_role(admin, role, made)
    for login, password, role in logins.members():
        _login(admin, login, password, made)
        if login != role:
            _run(admin, "GRANT {} TO {}", role, login)
    _login(admin, logins.migrator[0], logins.migrator[1], made)
    # The migrator owns nothing by itself: it must say SET ROLE first.
    _run(admin, "ALTER ROLE {} NOINHERIT", logins.migrator[0])
    _run(admin, "GRANT {} TO {}", OWNER, logins.migrator[0])
    if not _is_superuser(admin):
        _run(admin, "GRANT {} TO CURRENT_USER", OWNER)
    for setting, value in {**APP_LIMITS, **APP_PLANS}.items():
        admin.execute(
            sql.SQL("ALTER ROLE {} SET {} = {}").format(
                sql.Identifier(logins.app[0]), sql.Identifier(setting), sql.Literal(value)
            )
        )


def create_database(
    admin: psycopg.Connection,
    name: str,
    logins: Logins,
    made: list[str] | None = None,
    *,
    template: str = "template0",
) -> None:
    """Create a database that the owner role owns, and let the logins in.

    Args:
        template: an existing database to copy; nobody may be connected to it.
    """
    if not admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
        # wal_log copies pages without a checkpoint: 0.1 s for a clone.
        admin.execute(
            sql.SQL(
                "CREATE DATABASE {} OWNER {} TEMPLATE {} ENCODING 'UTF8' STRATEGY wal_log"
            ).format(sql.Identifier(name), sql.Identifier(OWNER), sql.Identifier(template))
        )
        if made is not None:
            made.append(f"database {name}")
    # Temporary tables could shadow names in other people's functions.
    _run(admin, "REVOKE ALL ON DATABASE {} FROM PUBLIC", name)
    for login in (APP, SIGNER, AUDITOR, logins.migrator[0]):
        _run(admin, "GRANT CONNECT ON DATABASE {} TO {}", name, login)


def unsafe_rights(connection: psycopg.Connection) -> list[str]:
    """What the connected role can do that a serving process must not be able to; empty when all is well."""
    row = connection.execute(
        """
        SELECT current_user::text, rolsuper, rolcreaterole, rolbypassrls,
               coalesce((SELECT pg_has_role(current_user, oid, 'MEMBER')
                           FROM pg_roles WHERE rolname = %s), false),
               coalesce((SELECT pg_has_role(current_user, relowner, 'MEMBER')
                           FROM pg_class WHERE oid = to_regclass('public.custody_entry')), false)
          FROM pg_roles WHERE rolname = current_user
        """,
        [OWNER],
    ).fetchone()
    assert row is not None, "a connected role is in pg_roles"
    role, superuser, creates_roles, bypasses, owner, owns_ledger = row
    faults = {
        f"{role} is a superuser": superuser,
        f"{role} may create roles": creates_roles and not superuser,
        f"{role} bypasses row security": bypasses and not superuser,
        f"{role} is a member of {OWNER}": owner and not superuser,
        f"{role} owns the ledger": owns_ledger and not owner and not superuser,
    }
    return [fault for fault, present in faults.items() if present]


def _create_role(admin: psycopg.Connection, role: str, made: list[str]) -> None:
    if not admin.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone():
        _run(admin, "CREATE ROLE {} NOLOGIN", role)
        made.append(f"role {role}")


def _login(admin: psycopg.Connection, login: str, password: str, made: list[str]) -> None:
    _create_role(admin, login, made)
    _run(admin, "ALTER ROLE {} LOGIN NOCREATEDB NOCREATEROLE", login)
    if password:
        # Hashed here, so that the server's log never sees it.
        secret = admin.pgconn.encrypt_password(
            password.encode(), login.encode(), b"scram-sha-256"
        ).decode()
        admin.execute(
            sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(login), sql.Literal(secret))
        )


def _is_superuser(admin: psycopg.Connection) -> bool:
    row = admin.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone()
    return bool(row and row[0])


def _run(admin: psycopg.Connection, statement: LiteralString, *names: str) -> None:
    admin.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))
