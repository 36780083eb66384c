"""宿主. The command line, Excel, LibreOffice: they carry the functions and commands of :mod:`xlbudget.app`, and add nothing."""
