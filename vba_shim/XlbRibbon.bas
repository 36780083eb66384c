Attribute VB_Name = "XlbRibbon"
Option Explicit
' Generated from the registry by xlbudget addin build: do not edit.

Public Sub XlbPress(ByVal control As Object)
    XlbPython.Press CStr(control.Tag)
End Sub

' Excel calls this for "undo" after a step that Python wrote.
Public Sub XlbUndo()
    XlbPython.Press "undo"
End Sub
