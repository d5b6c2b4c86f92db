"""PLM as a service of the user's session: systemd, launchd, Task Scheduler."""
