"""来源. File formats: each module turns one kind of file into a :class:`~xlbudget.model.raw.RawDocument`."""
