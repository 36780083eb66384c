"""UNO 组件. The interfaces that LibreOffice asks for; all the work is done in ``xlbudget.hosts.calc``.

Loads in Python 3.8, so that an old LibreOffice is answered with a sentence and not with silence. xlbudget itself is
imported at the first function or the first button, not when LibreOffice starts.
"""

# mypy: ignore-errors

import sys

import uno
import unohelper
from com.sun.star.frame import DispatchResultEvent, XDispatchProvider, XNotifyingDispatch
from com.sun.star.lang import IllegalArgumentException, Locale, XInitialization, XLocalizable, XServiceInfo
from com.sun.star.sheet import XAddIn
from com.sun.star.task import XJob
from org.xlbudget import XBudget

FUNCTIONS, MENU, LOADED = "org.xlbudget.Budget", "org.xlbudget.Menu", "org.xlbudget.Loaded"
METHODS = ()  # 由生成 .oxt 的程序填入
SITE = ("", ())  # 同上：本机装有 xlbudget 所用库的文件夹，和它的 Python 版本
NEEDED = (3, 11)
TOO_OLD = (
    "这个 LibreOffice 自带的 Python 是 %d.%d，xlbudget 需要 3.11 或更高版本。"
    "请升级 LibreOffice（Windows 上为 25.8 或更高）后再试。" % sys.version_info[:2]
)


def calc():
    """The module that does the work; an old Python gets one clear sentence."""
    if sys.version_info < NEEDED:
        raise RuntimeError(TOO_OLD)
    folder, version = SITE
    if folder and version == tuple(sys.version_info[:2]) and folder not in sys.path:
        sys.path.append(folder)
    import xlbudget.hosts.calc

    return xlbudget.hosts.calc


class Service(unohelper.Base, XServiceInfo):
    NAME = ""
    ALSO = ()

    def __init__(self, context, *arguments):
        self.context = context

    def getImplementationName(self):
        return self.NAME

    def supportsService(self, name):
        return name in self.getSupportedServiceNames()

    def getSupportedServiceNames(self):
        return (self.NAME, *self.ALSO)


class Budget(Service, XAddIn, XLocalizable, XBudget):
    NAME = FUNCTIONS
    ALSO = ("com.sun.star.sheet.AddIn",)
    locale = Locale("zh", "CN", "")

    def getServiceName(self):
        return self.NAME

    def setLocale(self, locale):
        self.locale = locale

    def getLocale(self):
        return self.locale

    def getProgrammaticFuntionName(self, display):  # sic: so it is spelled in the interface
        return next((method for method, name in METHODS if name == display.upper()), "")

    def getDisplayFunctionName(self, method):
        return dict(METHODS).get(method, method)

    def getFunctionDescription(self, method):
        return calc().describe(method)[1]

    def getDisplayArgumentName(self, method, number):
        return calc().describe(method, number)[0]

    def getArgumentDescription(self, method, number):
        return calc().describe(method, number)[1]

    def getProgrammaticCategoryName(self, method):
        return "Add-In"

    def getDisplayCategoryName(self, method):
        return "预算公开"


def _function(method):
    def call(self, *arguments):
        try:
            return calc().answer(method, arguments)
        except RuntimeError as error:
            raise IllegalArgumentException(str(error), self, 0)

    return call


for _method, _name in METHODS:
    setattr(Budget, _method, _function(_method))


class Menu(Service, XInitialization, XDispatchProvider, XNotifyingDispatch):
    NAME = MENU
    ALSO = ("com.sun.star.frame.ProtocolHandler",)
    frame = None

    def initialize(self, arguments):
        self.frame = arguments[0] if arguments else None

    def queryDispatch(self, url, target, flags):
        return self if url.Protocol == "org.xlbudget:" else None

    def queryDispatches(self, requests):
        return tuple(self.queryDispatch(r.FeatureURL, r.FrameName, r.SearchFlags) for r in requests)

    def dispatch(self, url, arguments):
        self._run(url, arguments)

    def dispatchWithNotification(self, url, arguments, listener):
        text = self._run(url, arguments)
        if listener is not None:
            listener.dispatchFinished(DispatchResultEvent(self, 1, text))

    def addStatusListener(self, listener, url):
        pass

    def removeStatusListener(self, listener, url):
        pass

    def _run(self, url, arguments):
        options = {a.Name: a.Value for a in arguments or ()}
        try:
            return calc().run_button(self.context, self.frame, url.Path, options)
        except RuntimeError as error:
            if self.frame is not None and not options.get("Silent"):
                window = self.frame.ContainerWindow
                kind = uno.Enum("com.sun.star.awt.MessageBoxType", "WARNINGBOX")
                window.Toolkit.createMessageBox(window, kind, 1, "预算公开", str(error)).execute()
            return str(error)


class Loaded(Service, XJob):
    """Runs when a document was opened: formulas of ours that came under another name are found again."""

    NAME = LOADED

    def execute(self, arguments):
        environment = {a.Name: a.Value for a in arguments if a.Name == "Environment"}.get("Environment", ())
        document = {a.Name: a.Value for a in environment}.get("Model")
        if document is None or not document.supportsService("com.sun.star.sheet.SpreadsheetDocument"):
            return
        if sys.version_info >= NEEDED and _mentions_us(document):
            was_changed = document.isModified()
            calc().relink(document)
            document.setModified(was_changed)
        return


def _mentions_us(document):
    """Does our name stand anywhere in it? Cheap: without importing xlbudget."""
    for index in range(document.Sheets.Count):
        sheet = document.Sheets.getByIndex(index)
        wanted = sheet.createSearchDescriptor()
        wanted.SearchString, wanted.SearchType = "BUDGET_", 0
        if sheet.findFirst(wanted) is not None:
            return True
    return False


g_ImplementationHelper = unohelper.ImplementationHelper()
for _service in (Budget, Menu, Loaded):
    g_ImplementationHelper.addImplementation(_service, _service.NAME, (_service.NAME, *_service.ALSO))
