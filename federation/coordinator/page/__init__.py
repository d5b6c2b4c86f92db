"""The operator's page: how the community stands, on this machine only."""
