"""Evidence bundles: a zip that a court's expert checks offline, with ``verify.py`` or with other people's tools."""
