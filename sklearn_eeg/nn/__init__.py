"""Torch only: plain functions, layers, and the networks made of them."""
