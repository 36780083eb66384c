"""Correct disclosures with random figures: the ground truth for “a clean document gives no errors” and for planted edits."""
