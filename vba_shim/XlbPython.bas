Attribute VB_Name = "XlbPython"
Option Explicit
Option Private Module
' The way to Python. Nothing runs when Excel starts: the first function or the first button starts Python.
' Paths and messages stand on the sheet "xlbudget" of this add-in, so that this text stays plain ASCII.

Private Const DLL_64 As Long = 1
Private Const DLL_32 As Long = 2
Private Const COMMAND_LINE As Long = 3
Private Const MAC_PYTHON As Long = 4
Private Const SAY_NOT_INSTALLED As Long = 5
Private Const SAY_NO_PYTHON As Long = 6
Private Const SAY_TITLE As Long = 7
Private Const RETRY_SECONDS As Long = 30
' vbObjectError + 513
Private Const NO_PYTHON As Long = -2147220991
Private Const MODULE_NAME As String = "xlbudget.hosts.excel"

#If Mac Then
#Else
    #If VBA7 Then
        Private Declare PtrSafe Function LoadLibraryW Lib "kernel32" (ByVal path As LongPtr) As LongPtr
        #If Win64 Then
            Private Declare PtrSafe Function XLPyDLLActivateAuto Lib "xlwings64-@XLWINGS@.dll" (ByRef answer As Variant, Optional ByVal config As String = "", Optional ByVal mode As Long = 1) As Long
        #Else
            Private Declare PtrSafe Function XLPyDLLActivateAuto Lib "xlwings32-@XLWINGS@.dll" (ByRef answer As Variant, Optional ByVal config As String = "", Optional ByVal mode As Long = 1) As Long
        #End If
    #End If
#End If

Private libraryLoaded As Boolean
Private failedAt As Double
Private failure As String

' One function of the sheet; raises an error when Python cannot be reached.
Public Function Ask(ByVal name As String, ByVal given As Variant) As Variant
    Ask = Server().CallUDF(MODULE_NAME, name, given)
End Function

' One button of the ribbon; Python tells the person what was done.
Public Sub Press(ByVal id As String)
    On Error GoTo Failed
    #If Mac Then
        PressOnMac id
    #Else
        failedAt = 0
        Server().CallUDF MODULE_NAME, "press", Array(id, ActiveWorkbook)
    #End If
    Exit Sub
Failed:
    MsgBox Setting(SAY_NO_PYTHON) & vbLf & Err.Description, vbExclamation, Setting(SAY_TITLE)
End Sub

#If Mac Then
Private Function Server() As Object
    Err.Raise NO_PYTHON, "xlbudget", Setting(SAY_NOT_INSTALLED)
End Function

' Through the AppleScript that "xlwings runpython install" puts in place.
Private Sub PressOnMac(ByVal id As String)
    Dim task As String
    task = "|" & Setting(MAC_PYTHON) & "|import xlbudget.hosts.excel as e; e.press_here('" & id & "')"
    task = task & "|" & ActiveWorkbook.Name & "|" & Left$(Application.Path, Len(Application.Path) - 4)
    task = task & "|" & Environ("HOME") & "/xlwings.log"
    AppleScriptTask "xlwings-@XLWINGS@.applescript", "VbaHandler", task
End Sub
#Else
' The Python process; started when there is none, or none any more.
Private Function Server() As Object
    Dim answer As Variant
    If failedAt > 0 And Abs(Timer - failedAt) < RETRY_SECONDS Then
        Err.Raise NO_PYTHON, "xlbudget", failure
    End If
    If Setting(COMMAND_LINE) = "" Then Fail Setting(SAY_NOT_INSTALLED)
    If Not libraryLoaded Then LoadIt
    If XLPyDLLActivateAuto(answer, Setting(COMMAND_LINE), 1) <> 0 Then Fail CStr(answer)
    failedAt = 0
    Set Server = answer
End Function

Private Sub LoadIt()
    Dim path As String
    #If Win64 Then
        path = Setting(DLL_64)
    #Else
        path = Setting(DLL_32)
    #End If
    If LoadLibraryW(StrPtr(path)) = 0 Then Fail Setting(SAY_NOT_INSTALLED) & vbLf & path
    libraryLoaded = True
End Sub

' A thousand cells must not wait a thousand times for a Python that does not start.
Private Sub Fail(ByVal why As String)
    failure = why
    failedAt = Timer
    Err.Raise NO_PYTHON, "xlbudget", why
End Sub
#End If

Private Function Setting(ByVal row As Long) As String
    Setting = CStr(ThisWorkbook.Worksheets("xlbudget").Cells(row, 2).Value)
End Function
