"""事实. The facts every other room speaks of: amounts, subjects, tables, findings. Standard library only."""
