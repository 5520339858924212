# What the scripts of this folder share; read with `source`. Everything that they make lies in target/release-files.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
version=$(sed -n 's/^version = "\(.*\)"$/\1/p' Cargo.toml | head -1)
commit=${DEHUSK_COMMIT-$(git rev-parse HEAD 2>/dev/null || true)}
made=target/release-files
# The target that the programs for Linux are built for, and what its files are called.
linux=x86_64-unknown-linux-gnu
program=target/$linux/dist/dehusk
stage=$made/dehusk-$version-x86_64-linux
tools=target/release-tools
mkdir -p "$made"
# Files in packages bear the time of the commit, so the same commit gives the same bytes.
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH-$(git log -1 --format=%ct 2>/dev/null || echo 0)}
export DEHUSK_COMMIT=$commit
