"""LibreOffice 扩展的生成. Makes ``xlbudget.oxt`` from the registry: interface, function names, menu, the package itself.

The plain IDL text serves as the type library, so no SDK is needed. The same sources give the same bytes.
"""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import xlbudget
import xlbudget.app.buttons
import xlbudget.app.functions
from xlbudget.app.registry import FUNCTIONS, Function, Kind, Parameter, buttons_by_group
from xlbudget.hosts.naming import programmatic

assert xlbudget.app.functions and xlbudget.app.buttons  # declare the functions and the buttons

EPOCH = (2000, 1, 1, 0, 0, 0)
COMPONENT = "xlbudget_calc.py"
_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
_OOR = 'xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema"'
_LANGUAGES = ("en-US", "zh-CN")


def build_oxt(site: tuple[str, tuple[int, ...]] = ("", ())) -> bytes:
    """The extension as bytes.

    It brings xlbudget along and needs nothing else to check; ``site`` is a folder of libraries, with the Python that
    it is for, where the functions that need one (the archive, levelling) find it.
    """
    parts: dict[str, bytes] = {
        "META-INF/manifest.xml": _manifest().encode(),
        "description.xml": _description().encode(),
        "description.txt": "预算公开、决算公开的核对：工作表函数和“预算公开”菜单\n".encode(),
        "XBudget.idl": _idl().encode(),
        "CalcAddIns.xcu": _function_names().encode(),
        "Addons.xcu": _menu().encode(),
        "ProtocolHandler.xcu": _protocol().encode(),
        "Jobs.xcu": _jobs().encode(),
        COMPONENT: _component(site).encode(),
    }
    package = Path(xlbudget.__file__).parent
    for path in sorted(package.rglob("*")):
        if path.is_file() and path.suffix not in (".pyc", ".so", ".pyd") and "__pycache__" not in path.parts:
            parts[f"pythonpath/xlbudget/{path.relative_to(package).as_posix()}"] = path.read_bytes()
    return packed(parts)


def packed(parts: dict[str, bytes]) -> bytes:
    """A zip with a fixed clock: the same parts, the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            info = zipfile.ZipInfo(name, EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            info.create_system = 3
            package.writestr(info, data)
    return out.getvalue()


def _component(site: tuple[str, tuple[int, ...]]) -> str:
    source = (Path(__file__).parent / "calc_component.py").read_text(encoding="utf-8")
    methods = tuple((programmatic(name), name) for name in FUNCTIONS)
    return source.replace("METHODS = ()", f"METHODS = {methods!r}", 1).replace('SITE = ("", ())', f"SITE = {site!r}", 1)


def _idl() -> str:
    methods = "".join(f"  {_method(declared)};\n" for declared in FUNCTIONS.values())
    return f"module org {{ module xlbudget {{ interface XBudget : com::sun::star::uno::XInterface {{\n{methods}}}; }}; }};\n"


def _method(declared: Function) -> str:
    result = "sequence< sequence< any > >" if declared.spills else "any"
    parameters = ", ".join(f"[in] {_type(p)} {_argument_name(p)}" for p in declared.parameters)
    raises = "raises (com::sun::star::lang::IllegalArgumentException)"
    return f"{result} {programmatic(declared.name)}({parameters}) {raises}"


def _argument_name(parameter: Parameter) -> str:
    return f"{parameter.name.replace('_', '')}Value"  # a plain name may be a word of the language


def _type(parameter: Parameter) -> str:
    """A reference arrives as the range itself, error cells and all; only ``any`` can be left out."""
    if parameter.repeated:
        return "sequence< any >"
    if parameter.kind is Kind.RANGE and not parameter.optional:
        return "com::sun::star::table::XCellRange"
    return "any"


def _function_names() -> str:
    nodes = "".join(_function_node(declared) for declared in FUNCTIONS.values())
    inner = (
        f'<node oor:name="org.xlbudget.Budget" oor:op="replace"><node oor:name="AddInFunctions">{nodes}</node></node>'
    )
    return _data("CalcAddIns", f'<node oor:name="AddInInfo">{inner}</node>')


def _function_node(declared: Function) -> str:
    parameters = "".join(
        _node(_argument_name(p), _texts("DisplayName", p.chinese) + _texts("Description", p.help))
        for p in declared.parameters
    )
    return _node(
        programmatic(declared.name),
        _texts("DisplayName", declared.name)
        + _texts("Description", declared.help)
        + _value("Category", "Add-In")
        + _texts("CompatibilityName", declared.name)
        + f'<node oor:name="Parameters">{parameters}</node>',
    )


def _menu() -> str:
    """The buttons by group, a line between the groups, and the one entry that only LibreOffice needs."""
    entries: list[str] = []
    for _, buttons in buttons_by_group():
        if entries:
            entries.append(_value("URL", "private:separator"))
        entries += [_entry(b.id, b.title) for b in buttons]
    entries += [_value("URL", "private:separator"), _entry("relink", "重新连接函数")]
    lines = "".join(_node(f"m{i:02d}", entry) for i, entry in enumerate(entries))
    menu = _node(
        "org.xlbudget.menu",
        _texts("Title", "预算公开")
        + _value("Context", "com.sun.star.sheet.SpreadsheetDocument")
        + f'<node oor:name="Submenu">{lines}</node>',
    )
    return _data("Addons", f'<node oor:name="AddonUI"><node oor:name="OfficeMenuBar">{menu}</node></node>')


def _entry(id: str, title: str) -> str:
    return _value("URL", f"org.xlbudget:{id}") + _texts("Title", title) + _value("Target", "_self")


def _protocol() -> str:
    protocols = '<prop oor:name="Protocols" oor:type="oor:string-list"><value>org.xlbudget:*</value></prop>'
    return _data("ProtocolHandler", f'<node oor:name="HandlerSet">{_node("org.xlbudget.Menu", protocols)}</node>')


def _jobs() -> str:
    job = _node("xlbudget", _value("Service", "org.xlbudget.Loaded"))
    event = f'<node oor:name="OnLoad" oor:op="fuse"><node oor:name="JobList">{_node("xlbudget", "")}</node></node>'
    return _data("Jobs", f'<node oor:name="Jobs">{job}</node><node oor:name="Events">{event}</node>')


def _manifest() -> str:
    kinds = {
        "XBudget.idl": "vnd.sun.star.uno-typelibrary;type=RDB",
        COMPONENT: "vnd.sun.star.uno-component;type=Python",
        "CalcAddIns.xcu": "vnd.sun.star.configuration-data",
        "Addons.xcu": "vnd.sun.star.configuration-data",
        "ProtocolHandler.xcu": "vnd.sun.star.configuration-data",
        "Jobs.xcu": "vnd.sun.star.configuration-data",
    }
    entries = "".join(
        f'<manifest:file-entry manifest:full-path="{path}" manifest:media-type="application/{kind}"/>\n'
        for path, kind in kinds.items()
    )
    space = 'xmlns:manifest="http://openoffice.org/2001/manifest"'
    return f"{_XML}<manifest:manifest {space}>\n{entries}</manifest:manifest>\n"


def _description() -> str:
    link = 'xmlns:xlink="http://www.w3.org/1999/xlink"'
    return (
        f'{_XML}<description xmlns="http://openoffice.org/extensions/description/2006" {link}>\n'
        f'<identifier value="org.xlbudget"/><version value="{xlbudget.__version__}"/>\n'
        '<dependencies><OpenOffice.org-minimal-version value="4.0" name="LibreOffice 7.0"/></dependencies>\n'
        '<display-name><name lang="en">xlbudget</name><name lang="zh">预算公开 xlbudget</name></display-name>\n'
        '<extension-description><src lang="en" xlink:href="description.txt"/></extension-description>\n'
        "</description>\n"
    )


def _data(name: str, inner: str) -> str:
    return f'{_XML}<oor:component-data {_OOR} oor:name="{name}" oor:package="org.openoffice.Office">{inner}</oor:component-data>\n'


def _node(name: str, inner: str) -> str:
    return f'<node oor:name={quoteattr(name)} oor:op="replace">{inner}</node>'


def _value(name: str, value: str) -> str:
    return f'<prop oor:name="{name}" oor:type="xs:string"><value>{escape(value)}</value></prop>'


def _texts(name: str, text: str) -> str:
    values = "".join(f'<value xml:lang="{language}">{escape(text)}</value>' for language in _LANGUAGES)
    return f'<prop oor:name="{name}" oor:type="xs:string">{values}</prop>'
