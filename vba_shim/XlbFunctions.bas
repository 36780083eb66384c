Attribute VB_Name = "XlbFunctions"
Option Explicit
' Generated from the registry by xlbudget addin build: do not edit.

Public Function BUDGET_CHECK(ByVal tableArg As Variant, ParamArray othersArg() As Variant) As Variant
    On Error GoTo Failed
    Dim values() As Variant
    Dim i As Long
    ReDim values(0 To UBound(othersArg) + 1)
    values(0) = XlbCells.Given(tableArg)
    For i = 0 To UBound(othersArg)
        values(i + 1) = XlbCells.Given(othersArg(i))
    Next i
    BUDGET_CHECK = XlbCells.Typed(XlbPython.Ask("BUDGET_CHECK", values))
    Exit Function
Failed:
    BUDGET_CHECK = CVErr(2015)
End Function

Public Function BUDGET_ISSUES(ByVal tableArg As Variant) As Variant
    On Error GoTo Failed
    Dim values(0 To 0) As Variant
    values(0) = XlbCells.Given(tableArg)
    BUDGET_ISSUES = XlbCells.Typed(XlbPython.Ask("BUDGET_ISSUES", values))
    Exit Function
Failed:
    BUDGET_ISSUES = CVErr(2015)
End Function

Public Function BUDGET_TIE(ByVal aArg As Variant, ByVal bArg As Variant, Optional ByVal labelArg As Variant) As Variant
    On Error GoTo Failed
    Dim values(0 To 2) As Variant
    values(0) = XlbCells.Given(aArg)
    values(1) = XlbCells.Given(bArg)
    If Not IsMissing(labelArg) Then values(2) = XlbCells.Given(labelArg)
    BUDGET_TIE = XlbCells.Typed(XlbPython.Ask("BUDGET_TIE", values))
    Exit Function
Failed:
    BUDGET_TIE = CVErr(2015)
End Function

Public Function BUDGET_ROLLUP(ByVal codesArg As Variant, ByVal amountsArg As Variant, ByVal codeArg As Variant) As Variant
    On Error GoTo Failed
    Dim values(0 To 2) As Variant
    values(0) = XlbCells.Given(codesArg)
    values(1) = XlbCells.Given(amountsArg)
    values(2) = XlbCells.Given(codeArg)
    BUDGET_ROLLUP = XlbCells.Typed(XlbPython.Ask("BUDGET_ROLLUP", values))
    Exit Function
Failed:
    BUDGET_ROLLUP = CVErr(2015)
End Function

Public Function BUDGET_CHANGE(ByVal currentArg As Variant, ByVal priorArg As Variant, Optional ByVal wordingArg As Variant) As Variant
    On Error GoTo Failed
    Dim values(0 To 2) As Variant
    values(0) = XlbCells.Given(currentArg)
    values(1) = XlbCells.Given(priorArg)
    If Not IsMissing(wordingArg) Then values(2) = XlbCells.Given(wordingArg)
    BUDGET_CHANGE = XlbCells.Typed(XlbPython.Ask("BUDGET_CHANGE", values))
    Exit Function
Failed:
    BUDGET_CHANGE = CVErr(2015)
End Function

Public Function BUDGET_SHARE(ByVal partArg As Variant, ByVal wholeArg As Variant) As Variant
    On Error GoTo Failed
    Dim values(0 To 1) As Variant
    values(0) = XlbCells.Given(partArg)
    values(1) = XlbCells.Given(wholeArg)
    BUDGET_SHARE = XlbCells.Typed(XlbPython.Ask("BUDGET_SHARE", values))
    Exit Function
Failed:
    BUDGET_SHARE = CVErr(2015)
End Function

Public Function BUDGET_SUBJECT(ByVal codeArg As Variant, Optional ByVal yearArg As Variant) As Variant
    On Error GoTo Failed
    Dim values(0 To 1) As Variant
    values(0) = XlbCells.Given(codeArg)
    If Not IsMissing(yearArg) Then values(1) = XlbCells.Given(yearArg)
    BUDGET_SUBJECT = XlbCells.Typed(XlbPython.Ask("BUDGET_SUBJECT", values))
    Exit Function
Failed:
    BUDGET_SUBJECT = CVErr(2015)
End Function

Public Function BUDGET_PRIOR(ByVal subjectArg As Variant, ByVal columnArg As Variant, Optional ByVal tableArg As Variant, Optional ByVal unitArg As Variant, Optional ByVal yearArg As Variant) As Variant
    On Error GoTo Failed
    Dim values(0 To 4) As Variant
    values(0) = XlbCells.Given(subjectArg)
    values(1) = XlbCells.Given(columnArg)
    If Not IsMissing(tableArg) Then values(2) = XlbCells.Given(tableArg)
    If Not IsMissing(unitArg) Then values(3) = XlbCells.Given(unitArg)
    If Not IsMissing(yearArg) Then values(4) = XlbCells.Given(yearArg)
    BUDGET_PRIOR = XlbCells.Typed(XlbPython.Ask("BUDGET_PRIOR", values))
    Exit Function
Failed:
    BUDGET_PRIOR = CVErr(2015)
End Function

Public Function BUDGET_BALANCE(ByVal tableArg As Variant) As Variant
    On Error GoTo Failed
    Dim values(0 To 0) As Variant
    values(0) = XlbCells.Given(tableArg)
    BUDGET_BALANCE = XlbCells.Typed(XlbPython.Ask("BUDGET_BALANCE", values))
    Exit Function
Failed:
    BUDGET_BALANCE = CVErr(2015)
End Function

Public Function BUDGET_WEIGHTS(ByVal tableArg As Variant, Optional ByVal wordingArg As Variant) As Variant
    On Error GoTo Failed
    Dim values(0 To 1) As Variant
    values(0) = XlbCells.Given(tableArg)
    If Not IsMissing(wordingArg) Then values(1) = XlbCells.Given(wordingArg)
    BUDGET_WEIGHTS = XlbCells.Typed(XlbPython.Ask("BUDGET_WEIGHTS", values))
    Exit Function
Failed:
    BUDGET_WEIGHTS = CVErr(2015)
End Function

Public Function BUDGET_SCORE(ByVal targetArg As Variant, ByVal actualArg As Variant, ByVal directionArg As Variant, ByVal weightArg As Variant, Optional ByVal wordingArg As Variant) As Variant
    On Error GoTo Failed
    Dim values(0 To 4) As Variant
    values(0) = XlbCells.Given(targetArg)
    values(1) = XlbCells.Given(actualArg)
    values(2) = XlbCells.Given(directionArg)
    values(3) = XlbCells.Given(weightArg)
    If Not IsMissing(wordingArg) Then values(4) = XlbCells.Given(wordingArg)
    BUDGET_SCORE = XlbCells.Typed(XlbPython.Ask("BUDGET_SCORE", values))
    Exit Function
Failed:
    BUDGET_SCORE = CVErr(2015)
End Function
