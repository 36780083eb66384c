"""规则. One file a check; each is found by its name, none is registered (see :mod:`.declaring`)."""
