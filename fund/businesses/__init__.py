"""Businesses: named by residents, claimed by those who may act for them."""
