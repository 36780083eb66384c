"""应用. Every worksheet function and every command, each defined once; the hosts only carry them."""
