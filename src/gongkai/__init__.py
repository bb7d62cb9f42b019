"""Gongkai: China's government-information-disclosure annual reports as open data."""

from importlib.metadata import version

__version__ = version("gongkai")
