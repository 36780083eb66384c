"""识读. Budget knowledge: turns the paragraphs and grids of any file into a :class:`~xlbudget.model.disclosure.Disclosure`."""
