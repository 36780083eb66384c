Attribute VB_Name = "XlbCells"
Option Explicit
Option Private Module
' Between cells and Python: a range becomes its values, an answer becomes a typed value of Excel.

Private Const ERROR_MARK As Long = 1

' The values of an argument. A range is cut to the used part of its sheet, so that a whole column costs no more
' than its table; a range of several areas is a wrong argument.
Public Function Given(ByVal argument As Variant) As Variant
    If IsObject(argument) Then
        Given = RangeValues(argument)
    Else
        Given = argument
    End If
End Function

' Value2, not Value: Value rounds cells with a currency format to four decimals. Counting, not Application.Intersect:
' that needs the active application and other spreadsheet programs do not have it.
Private Function RangeValues(ByVal area As Object) As Variant
    Dim used As Object
    Dim rowsLeft As Long
    Dim columnsLeft As Long
    If area.Areas.Count > 1 Then Err.Raise 5
    Set used = area.Worksheet.UsedRange
    rowsLeft = used.Row + used.Rows.Count - area.Row
    columnsLeft = used.Column + used.Columns.Count - area.Column
    If rowsLeft < 1 Or columnsLeft < 1 Then Exit Function
    If rowsLeft > area.Rows.Count Then rowsLeft = area.Rows.Count
    If columnsLeft > area.Columns.Count Then columnsLeft = area.Columns.Count
    RangeValues = area.Resize(rowsLeft, columnsLeft).Value2
End Function

' A fault comes as a text that begins with a mark and holds the number of the error value.
Public Function Typed(ByVal answer As Variant) As Variant
    If VarType(answer) = vbString Then
        If Len(answer) > 1 And AscW(answer & " ") = ERROR_MARK Then
            Typed = CVErr(CLng(Mid$(answer, 2)))
            Exit Function
        End If
    End If
    Typed = answer
End Function
