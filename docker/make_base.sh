#!/usr/bin/env bash
# Make a base image from Debian's packages, for an engine that reaches no image registry.
# Usage, as root: docker/make_base.sh NAME     then: grader image build --base NAME
set -euo pipefail
name=${1:?usage: docker/make_base.sh NAME}
if docker image inspect "$name" >/dev/null 2>&1; then exit 0; fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
debootstrap --variant=minbase --include=python3,python3-venv,ca-certificates,bubblewrap \
    bookworm "$folder" http://deb.debian.org/debian >"$folder.log"
rm -rf "$folder"/var/cache/apt/archives/*.deb "$folder"/var/lib/apt/lists/*
tar --directory "$folder" --create . | docker import - "$name" >/dev/null
rm -f "$folder.log"
