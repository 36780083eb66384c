"""预算公开与决算公开的核对、填报与发布工具。Checks, fills and publishes public-sector budget disclosures."""

__version__ = "0.1.0"
