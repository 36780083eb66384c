"""填报. New workbooks, levelled figures, performance targets, prose."""
