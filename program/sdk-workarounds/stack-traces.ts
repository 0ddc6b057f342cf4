/**
 * The SDK creates a stack trace for every property of every resource, which is slow for large stacks.
 * https://github.com/pulumi/pulumi/blob/v3.248.0/sdk/nodejs/output.ts
 */
Error.stackTraceLimit = 2;

/** Exports of the SDK's module `runtime/debuggable` that its types do not declare. */
interface Debuggable {
  readonly debugPromiseLeaks?: boolean;
  debuggablePromise?: (promise: Promise<unknown>, context?: unknown) => Promise<unknown>;
}

/**
 * The SDK keeps a stack trace with every promise, to print it for a promise that never resolves if
 * PULUMI_DEBUG_PROMISE_LEAKS is set. Each frame costs a lookup in the source map of its file, so no
 * trace is kept unless the variable is set.
 * https://github.com/pulumi/pulumi/blob/v3.248.0/sdk/nodejs/runtime/debuggable.ts
 */
export function withoutStackTraces(debuggable: Debuggable): void {
  const { debugPromiseLeaks, debuggablePromise } = debuggable;
  if (debugPromiseLeaks || debuggablePromise === undefined) return;
  debuggable.debuggablePromise = (promise, context) => {
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 0;
    try {
      return debuggablePromise(promise, context);
    } finally {
      Error.stackTraceLimit = limit;
    }
  };
}
