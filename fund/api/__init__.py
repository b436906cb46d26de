"""The JSON API, version 1: read only, the same that any visitor sees, described by OpenAPI 3.1."""
