"""The daemon as a service of the user's systemd."""
