"""往年. Past disclosures and what they say."""
