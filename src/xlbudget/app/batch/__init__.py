"""批量核对. Many files, one result each: finding them, checking them apart, keeping results, summing up."""
