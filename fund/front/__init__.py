"""The front door: home, help, health, language, and what every page shows around its content."""
