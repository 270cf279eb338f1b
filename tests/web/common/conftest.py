"""Forms and addresses that several features share: nothing here depends on which database keeps the rows."""

from tests.conftest import settings_on

settings = settings_on("sqlite")
