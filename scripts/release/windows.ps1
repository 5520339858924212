# Makes dehusk-VERSION-x86_64-windows.zip on a machine with Windows: the program, the sheets, the helpers to
# double-click, the completions. UNPROVEN: nobody has run this yet.
$ErrorActionPreference = 'Stop'
Set-Location (Join-Path $PSScriptRoot '..\..')
$version = (Select-String -Path Cargo.toml -Pattern '^version = "(.*)"$' | Select-Object -First 1).Matches.Groups[1].Value
$name = "dehusk-$version-x86_64-windows"
$stage = "target\release-files\$name"
# The runtime of C is linked in: the zip needs no other download.
$env:RUSTFLAGS = '-C target-feature=+crt-static'
cargo build --locked --profile dist --bin dehusk
if ($LASTEXITCODE -ne 0) { exit 1 }
Remove-Item -Recurse -Force -ErrorAction SilentlyContinue $stage
New-Item -ItemType Directory -Force "$stage\completions" | Out-Null
Copy-Item target\dist\dehusk.exe, README.md, README.zh.md, CHANGELOG.md, LICENSE-*, NOTICE, scripts\windows\*.bat $stage
# The tutorials, what they link to, and what they and the cookbook work on, in the folders that they name.
New-Item -ItemType Directory -Force $stage\docs, $stage\examples | Out-Null
Copy-Item -Recurse docs\tutorial, docs\tutorial.*.md, docs\cheatsheet.*.md, docs\cookbook*.md, docs\learn.*.md, docs\tasks.*.md, docs\reference.md $stage\docs
Copy-Item examples\article.txt $stage\examples
& "$stage\dehusk.exe" --completions powershell | Set-Content -Encoding utf8 "$stage\completions\dehusk.ps1"
Compress-Archive -Force -Path $stage -DestinationPath "$stage.zip"
(Get-FileHash -Algorithm SHA256 "$stage.zip").Hash.ToLower() + "  $name.zip" | Set-Content -Encoding ascii "$stage.zip.sha256"
