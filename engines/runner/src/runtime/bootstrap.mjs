// Runs a JavaScript handler: a client of the Lambda Runtime API.
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
// https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html

import { existsSync } from "node:fs";
import http from "node:http";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { format } from "node:util";

const env = process.env;
const jsonLogs = env.AWS_LAMBDA_LOG_FORMAT === "JSON";
const [host, port] = env.AWS_LAMBDA_RUNTIME_API.split(":");
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
let requestId;

function call(method, route, body = "", headers = {}) {
  const bytes = Buffer.from(body);
  const options = { host, port, agent, method, path: `/2018-06-01/runtime/${route}` };
  options.headers = { "Content-Type": "application/json", "Content-Length": bytes.length, ...headers };
  return new Promise((resolve, reject) => {
    const request = http.request(options, (reply) => {
      const parts = [];
      reply.on("data", (part) => parts.push(part));
      reply.on("error", reject);
      reply.on("end", () => resolve({ status: reply.statusCode, headers: reply.headers, body: Buffer.concat(parts).toString() }));
    });
    request.on("error", reject);
    request.end(bytes);
  });
}

class Fault extends Error {
  constructor(kind, message) {
    super(message);
    this.name = kind;
  }
}

// Logs: a message is one event, however many lines it has, so its line ends travel as carriage returns.
const LEVELS = { trace: "TRACE", debug: "DEBUG", log: "INFO", info: "INFO", warn: "WARN", error: "ERROR" };
const ORDER = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"];
const least = jsonLogs ? Math.max(ORDER.indexOf(env.AWS_LAMBDA_LOG_LEVEL), 0) : 0;

function write(level, values) {
  if (ORDER.indexOf(level) < least) return;
  const timestamp = new Date().toISOString();
  let line;
  if (jsonLogs) {
    const message = values.length === 1 && typeof values[0] === "object" && !(values[0] instanceof Error) ? values[0] : format(...values);
    line = safeJson({ timestamp, level, requestId, message }) ?? safeJson({ timestamp, level, requestId, message: format(...values) });
  } else {
    line = `${timestamp}\t${requestId ?? "undefined"}\t${level}\t${format(...values)}`.replace(/\n/g, "\r");
  }
  process.stdout.write(line + "\n");
}

function safeJson(value) {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}

for (const [method, level] of Object.entries(LEVELS)) {
  console[method] = (...values) => write(level, values);
}

function described(error) {
  if (error instanceof Error) {
    const kind = error instanceof Fault ? error.name : error.name || "Error";
    return { errorType: kind, errorMessage: String(error.message), trace: String(error.stack ?? "").split("\n") };
  }
  return { errorType: typeof error, errorMessage: String(error), trace: [] };
}

function logError(title, told, error) {
  const { trace, ...rest } = told;
  const extra = error instanceof Error ? Object.fromEntries(Object.entries(error).filter(([name]) => name !== "name")) : {};
  write("ERROR", [`${title} \t${safeJson({ ...rest, ...extra, stack: trace }) ?? safeJson({ ...rest, stack: trace })}`]);
}

function errorHeaders(told) {
  const kind = told.errorType.replace(/[^\x20-\x7e]/g, "?").slice(0, 256);
  return { "Lambda-Runtime-Function-Error-Type": kind };
}

async function load(root, name) {
  const base = path.basename(name);
  const match = /^([^.]*)\.(.+)$/.exec(base);
  if (!match || name.includes("..")) throw new Fault("Runtime.MalformedHandlerName", "Bad handler");
  const stem = path.resolve(root, name.slice(0, name.length - base.length), match[1]);
  const module = await loadModule(stem);
  const handler = match[2].split(".").reduce((at, part) => at?.[part], module) ?? match[2].split(".").reduce((at, part) => at?.[part], module.default);
  if (typeof handler === "undefined") throw new Fault("Runtime.HandlerNotFound", `${name} is undefined or not exported`);
  if (typeof handler !== "function") throw new Fault("Runtime.HandlerNotFound", `${name} is not a function`);
  return handler;
}

async function loadModule(stem) {
  const file = ["", ".js", ".mjs", ".cjs"].map((end) => stem + end).find((f) => f !== stem && existsSync(f));
  try {
    if (file?.endsWith(".mjs")) return await import(pathToFileURL(file).href);
    // Required from within the function's folder, so that its node_modules and NODE_PATH both count.
    const require = createRequire(stem);
    try {
      return require(file ?? stem);
    } catch (error) {
      if (error?.code !== "ERR_REQUIRE_ESM" && error?.code !== "ERR_REQUIRE_ASYNC_MODULE" && !isModuleSyntax(error)) throw error;
      return await import(pathToFileURL(file).href);
    }
  } catch (error) {
    if (error instanceof SyntaxError) throw Object.assign(new Fault("Runtime.UserCodeSyntaxError", `SyntaxError: ${error.message}`), { stack: error.stack });
    if (["MODULE_NOT_FOUND", "ERR_MODULE_NOT_FOUND"].includes(error?.code)) {
      throw Object.assign(new Fault("Runtime.ImportModuleError", `Error: ${error.message}`), { stack: error.stack });
    }
    throw error;
  }
}

function isModuleSyntax(error) {
  return error instanceof SyntaxError && /import statement outside a module|Unexpected token 'export'/.test(error.message);
}

function parse(text) {
  return text === undefined ? undefined : JSON.parse(text);
}

function contextOf(headers, done) {
  const deadline = Number(headers["lambda-runtime-deadline-ms"]);
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
    functionName: env.AWS_LAMBDA_FUNCTION_NAME,
    memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
    clientContext: parse(headers["lambda-runtime-client-context"]),
    identity: parse(headers["lambda-runtime-cognito-identity"]),
    invokedFunctionArn: headers["lambda-runtime-invoked-function-arn"],
    awsRequestId: headers["lambda-runtime-aws-request-id"],
    getRemainingTimeInMillis: () => deadline - Date.now(),
    succeed: (result) => done(undefined, result, true),
    fail: (error) => done(error ?? "handled", undefined, true),
    done: (error, result) => done(error ?? undefined, result, true),
  };
}

// Runs the handler once; resolves with what is to be answered. What a callback gives waits for an empty event loop,
// unless the context says otherwise, and an event loop that empties without an answer answers null.
function run(handler, event, headers) {
  return new Promise((resolve) => {
    let settled = false;
    let pending;
    const settle = (outcome) => {
      if (settled) return;
      settled = true;
      process.off("beforeExit", onEmpty);
      resolve(outcome);
    };
    const onEmpty = () => settle(pending ?? { result: null });
    const done = (error, result, now) => {
      pending ??= error === undefined || error === null ? { result } : { error };
      if (now || !context.callbackWaitsForEmptyEventLoop) settle(pending);
    };
    const context = contextOf(headers, done);
    process.on("beforeExit", onEmpty);
    try {
      const returned = handler(event, context, (error, result) => done(error, result, false));
      if (typeof returned?.then === "function") {
        // A promise that nothing can resolve any more ends the process, as it does on AWS.
        process.off("beforeExit", onEmpty);
        returned.then((result) => settle({ result }), (error) => settle({ error }));
      }
    } catch (error) {
      settle({ error });
    }
  });
}

async function fail(route, title, error) {
  const told = described(error);
  logError(title, told, error);
  await call("POST", route, safeJson(told), errorHeaders(told));
}

async function serve(handler) {
  for (;;) {
    const next = await call("GET", "invocation/next");
    if (next.status !== 200) throw new Error(`the Runtime API answered ${next.status} to next: ${next.body}`);
    requestId = next.headers["lambda-runtime-aws-request-id"];
    const trace = next.headers["lambda-runtime-trace-id"];
    if (trace === undefined) delete env._X_AMZN_TRACE_ID;
    else env._X_AMZN_TRACE_ID = trace;
    const { error, result, ...rest } = await run(handler, JSON.parse(next.body), next.headers).catch((error) => ({ error }));
    void rest;
    if (error === undefined) {
      const text = safeJson(result === undefined ? null : result);
      if (text !== undefined) {
        await call("POST", `invocation/${requestId}/response`, text);
        continue;
      }
      await fail(`invocation/${requestId}/error`, "Invoke Error", new Fault("Runtime.MarshalError", "Unable to stringify response body"));
      continue;
    }
    await fail(`invocation/${requestId}/error`, "Invoke Error", error);
  }
}

function onFatal(title, kind, status) {
  return (error) => {
    const fault = kind ? Object.assign(new Fault(kind, error instanceof Error ? `${error.name}: ${error.message}` : String(error)), { reason: error }) : error;
    const route = requestId ? `invocation/${requestId}/error` : "init/error";
    fail(route, title, fault).finally(() => process.exit(status));
  };
}

process.on("uncaughtException", onFatal("Uncaught Exception", undefined, 129));
process.on("unhandledRejection", onFatal("Unhandled Promise Rejection", "Runtime.UnhandledPromiseRejection", 128));

let handler;
try {
  handler = await load(env.LAMBDA_TASK_ROOT, env._HANDLER);
} catch (error) {
  await fail("init/error", "Uncaught Exception", error);
  process.exit(1);
}
await serve(handler);
