@echo off
rem Drag a text file onto this file: shows what goes and which rule takes it.
chcp 65001 >nul
if "%~1"=="" (
  echo 把一个文本文件拖到这个图标上。
) else (
  dehusk --lang zh --explain %*
)
echo.
pause
