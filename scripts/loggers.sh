# Sourced by scripts/test after tools.sh: the loggers whose output tests/real_loggers.rs pipes into telelint. Programs
# stand in tests/loggers; what they log with is installed and built below target/test-tools/loggers.
# shellcheck shell=bash

loggers="$tools/loggers"

# need_rust_loggers: tracing-subscriber and slog-json, in a program of their own.
need_rust_loggers() {
    cargo build --quiet --locked --manifest-path tests/loggers/rust/Cargo.toml --target-dir "$loggers/rust" && return 0
    # An older build must not stand in for this one.
    rm -f "$loggers/rust/debug/telelint-test-loggers"
    return 1
}

# need_node_loggers: pino and bunyan. Optional packages are left out: they compile C or are needed by other functions.
need_node_loggers() {
    local to="$loggers/node" from=tests/loggers/node
    command -v node >/dev/null && command -v npm >/dev/null || return 1
    # npm writes its own lock file into node_modules when it is through.
    [ -f "$to/node_modules/.package-lock.json" ] &&
        cmp --silent "$from/package-lock.json" "$to/package-lock.json" && return 0
    echo "installing pino and bunyan" >&2
    rm -rf "$to"
    mkdir -p "$to" && cp "$from/package.json" "$from/package-lock.json" "$from/.npmrc" "$to" || return 1
    if ! (cd "$to" && npm ci --ignore-scripts --omit=optional --no-audit --no-fund) >"$tools/npm.log" 2>&1; then
        tail -n 5 "$tools/npm.log" >&2
        rm -rf "$to"
        return 1
    fi
}

# need_python_loggers: structlog and python-json-logger, in a virtual environment.
need_python_loggers() {
    local to="$loggers/python" from=tests/loggers/python
    # The list is copied when all it names is there.
    cmp --silent "$from/requirements.txt" "$to/requirements.txt" && return 0
    command -v python3 >/dev/null || return 1
    echo "installing structlog and python-json-logger" >&2
    rm -rf "$to"
    python3 -m venv "$to" &&
        "$to/bin/pip" install --quiet --disable-pip-version-check --requirement "$from/requirements.txt" &&
        cp "$from/requirements.txt" "$to" && return 0
    rm -rf "$to"
    return 1
}

# need_loggers: all of them. The tests find them by TELELINT_LOGGERS; each that is missing is named.
need_loggers() {
    local what="the tests with their output"
    mkdir -p "$loggers"
    export TELELINT_LOGGERS="$loggers"
    need_rust_loggers || leave_out "tracing-subscriber and slog-json from crates.io" "$what"
    need_node_loggers || leave_out "Node with pino and bunyan from npm" "$what"
    need_python_loggers || leave_out "Python with structlog and python-json-logger from PyPI" "$what"
}
