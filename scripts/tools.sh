# Sourced by the scripts beside it and by .ci/run: what they need beyond cargo, and what to do where it can't be had.
# shellcheck shell=bash

# Everything that is built or installed for tests lies below cargo's target folder.
target=$(cargo metadata --format-version 1 --no-deps --offline | sed 's/.*"target_directory":"\([^"]*\)".*/\1/')
tools="$target/test-tools"
mkdir -p "$tools"
export PATH="$tools/bin:$PATH"

left_out=()

# leave_out WHAT WHY: something is not tested, and the run says so when it ends.
leave_out() {
    left_out+=("$1: $2")
    echo "left out: $1: $2" >&2
}

# Names what was left out. In CI nothing may be.
report_left_out() {
    [ ${#left_out[@]} -gt 0 ] || return 0
    echo "Left out:" >&2
    printf '  %s\n' "${left_out[@]}" >&2
    [ "${CI:-}" != true ]
}

# need_prometheus: promtool and a Prometheus server, from Debian's package.
need_prometheus() {
    if command -v prometheus >/dev/null && command -v promtool >/dev/null; then return 0; fi
    command -v apt-get >/dev/null || return 1
    local root=()
    if [ "$(id -u)" != 0 ]; then
        # Without a password prompt: nobody may be there to answer it.
        sudo -n true 2>/dev/null || return 1
        root=(sudo -n)
    fi
    echo "installing Debian's prometheus" >&2
    # Runlevel 1 keeps the package from starting a server; masking does so where systemd runs and ignores runlevels.
    if [ -d /run/systemd/system ]; then "${root[@]}" systemctl mask --quiet prometheus.service || return 1; fi
    local apt=("${root[@]}" env RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get --quiet --yes)
    if ! { "${apt[@]}" update && "${apt[@]}" install --no-install-recommends prometheus; } >"$tools/apt.log" 2>&1; then
        tail -n 5 "$tools/apt.log" >&2
        return 1
    fi
}

# need_cargo_tool CRATE: a cargo subcommand, built from source where it is missing.
need_cargo_tool() {
    command -v "$1" >/dev/null && return 0
    echo "building $1; this takes a few minutes" >&2
    cargo install --quiet --locked --root "$tools" "$1"
}

# need_python: a virtual environment with what the tests take from PyPI.
need_python() {
    [ -x "$tools/python/bin/pre-commit" ] && return 0
    command -v python3 >/dev/null || return 1
    echo "installing pre-commit and prometheus-client" >&2
    python3 -m venv "$tools/python" &&
        "$tools/python/bin/pip" install --quiet --disable-pip-version-check pre-commit==4.7.0 prometheus-client==0.26.0
}
