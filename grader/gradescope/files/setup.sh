#!/usr/bin/env bash
# Gradescope runs this once, as root, when it builds the image: Python, a virtual environment, the grader in it.
# GRADER_ROOT stands for /autograder, for trying it elsewhere.
set -euo pipefail
root=${GRADER_ROOT:-/autograder}
source=$root/source
venv=$root/grader-venv
read -r preferred < "$source/python-version" # the one that the pinned versions were chosen for

find_python() {
    local name
    for name in "python$preferred" python3.13 python3.12 python3.11 python3; do
        if "$name" -c 'import ensurepip, sys, venv; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' \
            2>/dev/null; then
            command -v "$name"
            return
        fi
    done
    return 1
}

if ! python=$(find_python); then
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    for version in "$preferred" 3.13 3.12 3.11; do
        apt-get install -y -qq --no-install-recommends "python$version" "python$version-venv" && break
    done
    if ! python=$(find_python); then
        echo "setup.sh: no Python 3.11 to 3.13 on this image, nor among its packages: choose a newer base image" >&2
        exit 1
    fi
fi

"$python" -m venv "$venv"
install=("$venv/bin/python" -m pip install --quiet --no-cache-dir --disable-pip-version-check
    --requirement "$source/requirements.txt")
if [ -d "$source/wheels" ]; then
    "${install[@]}" --no-index --find-links "$source/wheels"
    rm -r "$source/wheels"
else
    # of equal versions pip takes the one for processors alone, which is a tenth as large
    "${install[@]}" --extra-index-url https://download.pytorch.org/whl/cpu
fi

# beside the packages and not below source/, which student code cannot even enter
packages=$("$venv/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
cp -R "$source/grader" "$packages/"
chmod -R u=rwX,go=rX "$packages/grader"
"$venv/bin/python" -m compileall -q "$packages/grader"
chmod 700 "$source"
