"""Who may do what is decided before any database is asked, so these tests run on one."""

from tests.conftest import settings_on

settings = settings_on("sqlite")
