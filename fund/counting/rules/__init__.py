"""One module for each family of counting rules; `registry.py` lists them."""
