"""What tests of several folders need."""

pytest_plugins = (
    "tests.fixtures.browser",
    "tests.fixtures.films",
    "tests.fixtures.postgresql",
    "tests.fixtures.recognition",
)
