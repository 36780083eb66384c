"""模板包. What the forms of a province look like: data in TOML, loaded strictly, found by name."""
