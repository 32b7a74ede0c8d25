"""A small service that logs with structlog or python-json-logger: log.py LOGGER MODE.

LOGGER: structlog, python-json-logger, python-json-logger-set-up (the contract's names instead of logging's).
MODE: clean; faulty (what tests/real_loggers.rs plants); odd (what these loggers let through: NaN and half a surrogate
pair). Line numbers of the records are those of the test.
"""

import logging
import os
import sys

REQUESTS = iter(f"5e0c61f2-93a7-4d1b-8f64-2b7d90e1c3{number:02}" for number in range(1, 100))


def with_structlog():
    """Gives log(level, message, **fields); a failure in the air is logged with its traceback."""
    import structlog

    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stdout),
    )
    structlog.contextvars.bind_contextvars(service="checkout")
    logger = structlog.get_logger()

    def log(level, message, **fields):
        failed = {"exc_info": True} if sys.exc_info()[0] else {}
        getattr(logger, level)(message, **fields, **failed)

    return log


def with_python_json_logger(set_up):
    from pythonjsonlogger.json import JsonFormatter

    if set_up:
        renamed = {"levelname": "level", "asctime": "timestamp"}
        formatter = JsonFormatter(
            "{asctime}{levelname}{message}",
            style="{",
            datefmt="%Y-%m-%dT%H:%M:%S%z",
            rename_fields=renamed,
            static_fields={"service": "checkout"},
            json_ensure_ascii=False,
        )
    else:
        formatter = JsonFormatter(
            "%(asctime)s %(levelname)s %(name)s %(message)s", static_fields={"service": "checkout"}
        )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(formatter)
    logger = logging.getLogger("shop.checkout")
    logger.addHandler(handler)
    logger.setLevel(logging.DEBUG)

    def log(level, message, **fields):
        getattr(logger, level)(message, extra=fields, exc_info=sys.exc_info()[0] is not None)

    return log


LOGGERS = {
    "structlog": with_structlog,
    "python-json-logger": lambda: with_python_json_logger(set_up=False),
    "python-json-logger-set-up": lambda: with_python_json_logger(set_up=True),
}


def odd(log):
    # 1: Python writes NaN as it is. 2: bytes that were no UTF-8, as Python reads names of files. 3: nothing wrong.
    log("info", "cache summary", ratio=float("nan"), correlation_id=next(REQUESTS))
    log("info", "file read", file=os.fsdecode(b"caf\xe9.txt"), correlation_id=next(REQUESTS))
    log("info", "job taken", queue="orders", correlation_id=next(REQUESTS))


def day(log, faulty, nested):
    # 1 to 5: an ordinary day.
    log("info", "service started", port=8080, tls=True, correlation_id=next(REQUESTS))
    log(
        "info",
        "order accepted",
        user_id="usr_4f1e2d3c5b6a7980",
        org_id="acme",
        amount_cents=1999,
        tags=["web", "eu"],
        correlation_id=next(REQUESTS),
    )
    log("debug", "cache lookup", cache={"hit": True, "age_seconds": 12.5}, correlation_id=next(REQUESTS))
    log("warning", "payment retried", attempt=2, retry_in_ms=250, cause=None, correlation_id=next(REQUESTS))
    try:
        int("soon")
    except ValueError:
        log("error", "payment provider sent no number", correlation_id=next(REQUESTS))
    # 6: what has to be escaped.
    log(
        "info",
        'file "C:\\temp\\café.txt" read:\nline two, 価格 ¥100, 📦, \u0007 and \u2028.',
        note="tab\there",
        correlation_id=next(REQUESTS),
    )
    # 7: the field that holds everything together.
    log("info", "session refreshed", took_ms=3, **({} if faulty else {"correlation_id": next(REQUESTS)}))
    # 8: a field that must not be written.
    login = {"password": os.environ["PLANTED_PASSWORD"] if faulty else "[REDACTED]", "method": "form"}
    if nested:
        login = {"login": login}
    log("info", "login accepted", correlation_id=next(REQUESTS), **login)
    # 9: a secret in free text.
    secret = os.environ["PLANTED_SECRET"] if faulty else "sk_live_****"
    log("warning", f'gateway refused the key "{secret}", code 401', correlation_id=next(REQUESTS))
    # 10: the end.
    log("critical", "shutting down", uptime_seconds=86400.25, correlation_id=next(REQUESTS))


def main():
    name, mode = sys.argv[1:]
    # The locale of the machine must not decide what is written; what is no UTF-8 goes out as it came in.
    sys.stdout.reconfigure(encoding="utf-8", errors="surrogateescape")
    log = LOGGERS[name]()
    if mode == "odd":
        odd(log)
    else:
        day(log, mode == "faulty", nested=name.endswith("set-up"))


main()
