"""输出. Findings as text, JSON, workbook and page; facts as JSON and workbook. Nothing here reads or judges."""
