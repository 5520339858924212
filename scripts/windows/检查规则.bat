@echo off
rem Double-click: checks the rules in this folder.
chcp 65001 >nul
cd /d "%~dp0"
dehusk check --lang zh .
echo.
pause
