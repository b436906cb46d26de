"""The foundation: the fund itself and its adopted charters."""
