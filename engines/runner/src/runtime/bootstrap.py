"""Runs a Python handler: a client of the Lambda Runtime API.

https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
https://docs.aws.amazon.com/lambda/latest/dg/python-handler.html

It speaks HTTP over a plain socket: importing http.client would cost more than everything else here together.
"""

import json
import logging
import os
import socket
import sys
import time
import traceback

_ROOT = os.environ["LAMBDA_TASK_ROOT"]
_JSON_LOGS = os.environ.get("AWS_LAMBDA_LOG_FORMAT") == "JSON"
_request_id = None


class _Api:
    """The Runtime API over one connection that is opened again when it breaks."""

    def __init__(self, address):
        host, _, port = address.rpartition(":")
        self._address = (host, int(port))
        self._host = address
        self._stream = None

    def call(self, method, path, body=b"", headers=()):
        head = [f"{method} /2018-06-01/runtime/{path} HTTP/1.1", f"Host: {self._host}", f"Content-Length: {len(body)}"]
        head.extend(f"{name}: {value}" for name, value in headers)
        request = ("\r\n".join(head) + "\r\n\r\n").encode("latin-1", "replace") + body
        if self._stream is None:
            connection = socket.create_connection(self._address)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._stream = connection.makefile("rwb", buffering=65536)
            connection.close()
        self._stream.write(request)
        self._stream.flush()
        return self._reply()

    def _reply(self):
        status = int(self._stream.readline().split(b" ", 2)[1])
        headers = {}
        while True:
            line = self._stream.readline().strip()
            if not line:
                break
            name, _, value = line.decode("latin-1").partition(":")
            headers[name.strip().lower()] = value.strip()
        body = self._stream.read(int(headers.get("content-length", 0)))
        if headers.get("connection", "").lower() == "close":
            self._stream.close()
            self._stream = None
        return status, headers, body


class _Fault(Exception):
    """An error of which the runtime, not the handler, is the author."""

    def __init__(self, kind, message):
        super().__init__(message)
        self.kind = kind


class _Fields:
    """An object with the given attributes."""

    def __init__(self, **fields):
        self.__dict__.update(fields)

    def __repr__(self):
        inside = ",".join(f"{name}={value!r}" for name, value in self.__dict__.items())
        return f"{type(self).__name__}([{inside}])"


class CognitoIdentity(_Fields):
    pass


class Client(_Fields):
    pass


class ClientContext(_Fields):
    pass


class LambdaContext:
    """https://docs.aws.amazon.com/lambda/latest/dg/python-context.html"""

    def __init__(self, headers):
        self.aws_request_id = headers["lambda-runtime-aws-request-id"]
        self.invoked_function_arn = headers.get("lambda-runtime-invoked-function-arn")
        self.log_group_name = os.environ.get("AWS_LAMBDA_LOG_GROUP_NAME")
        self.log_stream_name = os.environ.get("AWS_LAMBDA_LOG_STREAM_NAME")
        self.function_name = os.environ.get("AWS_LAMBDA_FUNCTION_NAME")
        self.memory_limit_in_mb = os.environ.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE")
        self.function_version = os.environ.get("AWS_LAMBDA_FUNCTION_VERSION")
        self.client_context = _client_context(headers.get("lambda-runtime-client-context"))
        self.identity = _identity(headers.get("lambda-runtime-cognito-identity"))
        self.tenant_id = None
        self._deadline_ms = int(headers.get("lambda-runtime-deadline-ms", 0))

    def get_remaining_time_in_millis(self):
        return max(self._deadline_ms - int(time.time() * 1000), 0)

    def log(self, message):
        sys.stdout.write(str(message))

    def __repr__(self):
        shown = {name: value for name, value in self.__dict__.items() if not name.startswith("_")}
        return f"LambdaContext([{','.join(f'{name}={value}' for name, value in shown.items())}])"


def _client_context(text):
    if not text:
        return None
    given = json.loads(text)
    client = given.get("client") or {}
    names = ("installation_id", "app_title", "app_version_name", "app_version_code", "app_package_name")
    told = Client(**{name: client.get(name) for name in names}) if client else None
    return ClientContext(custom=given.get("custom"), env=given.get("env"), client=told)


def _identity(text):
    given = json.loads(text) if text else {}
    pool = given.get("cognitoIdentityPoolId")
    return CognitoIdentity(cognito_identity_id=given.get("cognitoIdentityId"), cognito_identity_pool_id=pool)


class _Formatter(logging.Formatter):
    converter = time.gmtime

    def format(self, record):
        record.aws_request_id = _request_id or ""
        if not _JSON_LOGS:
            return super().format(record).replace("\n", "\r")
        entry = {"timestamp": self.formatTime(record, "%Y-%m-%dT%H:%M:%SZ"), "level": record.levelname}
        entry["message"] = record.getMessage()
        entry["logger"] = record.name
        if record.exc_info:
            kind, error, trace = record.exc_info
            entry["errorType"] = getattr(kind, "__name__", None)
            entry["errorMessage"] = str(error)
            entry["stackTrace"] = [line.rstrip("\n") for line in traceback.format_tb(trace)]
        if _request_id:
            entry["requestId"] = _request_id
        return json.dumps(entry, default=str, ensure_ascii=False)


def _start_logging():
    handler = logging.StreamHandler(sys.stdout)
    text = "[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t%(message)s"
    handler.setFormatter(_Formatter(text, "%Y-%m-%dT%H:%M:%S"))
    root = logging.getLogger()
    root.addHandler(handler)
    level = os.environ.get("AWS_LAMBDA_LOG_LEVEL")
    if level:
        root.setLevel({"TRACE": "DEBUG", "FATAL": "CRITICAL"}.get(level, level))


def _handler(name):
    """The handler, or a fault that every invocation is to answer."""
    module_name, dot, function_name = name.rpartition(".")
    if not dot:
        text = f"Bad handler '{name}': not enough values to unpack (expected 2, got 1)"
        raise _Fault("Runtime.MalformedHandlerName", text)
    try:
        import importlib

        module = importlib.import_module(module_name.replace("/", "."))
    except ImportError as error:
        raise _Fault("Runtime.ImportModuleError", f"Unable to import module '{module_name}': {error}") from None
    except SyntaxError as error:
        text = f"Syntax error in module '{module_name}': {error}"
        raise _Fault("Runtime.UserCodeSyntaxError", text) from None
    try:
        return getattr(module, function_name)
    except AttributeError:
        text = f"Handler '{function_name}' missing on module '{module_name}'"
        raise _Fault("Runtime.HandlerNotFound", text) from None


def _error_of(error, request_id):
    if isinstance(error, _Fault):
        kind, trace = error.kind, []
    else:
        kind = type(error).__name__
        frames = traceback.extract_tb(error.__traceback__)
        trace = traceback.format_list([f for f in frames if os.path.abspath(f.filename) != os.path.abspath(__file__)])
    described = {"errorMessage": str(error), "errorType": kind}
    if request_id:
        described["requestId"] = request_id
    described["stackTrace"] = trace
    return kind, described


def _log_error(described):
    if _JSON_LOGS:
        moment = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        print(json.dumps({"timestamp": moment, "log_level": "ERROR", **described}, ensure_ascii=False))
        return
    lines = [f"[ERROR] {described['errorType']}: {described['errorMessage']}", "Traceback (most recent call last):"]
    for entry in described["stackTrace"]:
        lines.extend(entry.rstrip("\n").split("\n"))
    print("\r".join(lines).replace("\n", "\r"))


def _answer(handler, headers, body):
    context = LambdaContext(headers)
    try:
        event = json.loads(body)
    except ValueError as error:
        raise _Fault("Runtime.UnmarshalError", f"Unable to unmarshal input: {error}") from None
    result = handler(event, context)
    try:
        return json.dumps(result, ensure_ascii=False).encode("utf-8")
    except Exception as error:
        raise _Fault("Runtime.MarshalError", f"Unable to marshal response: {error}") from None


def main():
    global _request_id
    sys.stdout.reconfigure(line_buffering=True, errors="backslashreplace")
    sys.stderr.reconfigure(line_buffering=True, errors="backslashreplace")
    _start_logging()
    api = _Api(os.environ["AWS_LAMBDA_RUNTIME_API"])
    sys.path[0] = _ROOT
    handler, fault = None, None
    try:
        handler = _handler(os.environ["_HANDLER"])
    except _Fault as error:
        fault = error
    except Exception as error:
        kind, described = _error_of(error, None)
        _log_error(described)
        api.call("POST", "init/error", json.dumps(described).encode(), [("Lambda-Runtime-Function-Error-Type", kind)])
        sys.exit(1)
    while True:
        status, headers, body = api.call("GET", "invocation/next")
        if status != 200:
            sys.exit(f"the Runtime API answered {status} to next: {body!r}")
        _request_id = headers["lambda-runtime-aws-request-id"]
        if "lambda-runtime-trace-id" in headers:
            os.environ["_X_AMZN_TRACE_ID"] = headers["lambda-runtime-trace-id"]
        else:
            os.environ.pop("_X_AMZN_TRACE_ID", None)
        try:
            if fault:
                raise fault
            api.call("POST", f"invocation/{_request_id}/response", _answer(handler, headers, body))
        except Exception as error:
            kind, described = _error_of(error, _request_id)
            _log_error(described)
            header = [("Lambda-Runtime-Function-Error-Type", kind)]
            body = json.dumps(described, ensure_ascii=False).encode("utf-8", "replace")
            api.call("POST", f"invocation/{_request_id}/error", body, header)
        sys.stdout.flush()


main()
