import assert from "node:assert/strict";
import { withoutStackTraces } from "../../../../program/sdk-workarounds/stack-traces";

/** Like the SDK's: it keeps the stack trace of where a promise was created. */
const sdk = (debugPromiseLeaks = false) => ({
  debugPromiseLeaks,
  debuggablePromise: (promise: Promise<unknown>, context?: unknown) =>
    Object.assign(promise, { context, trace: new Error().stack }),
});

describe("the stack traces of the SDK's promises", () => {
  const limit = Error.stackTraceLimit;
  beforeEach(() => {
    Error.stackTraceLimit = 2;
  });
  after(() => {
    Error.stackTraceLimit = limit;
  });

  it("have no frames, and errors keep theirs", async () => {
    const debuggable = sdk();
    withoutStackTraces(debuggable);
    const promise = debuggable.debuggablePromise(Promise.resolve("value"), "what it is for");
    assert.equal(promise.trace, "Error");
    assert.equal(promise.context, "what it is for");
    assert.equal(await promise, "value");
    assert.equal(Error.stackTraceLimit, 2);
  });

  it("are kept while leaks of promises are searched for", () => {
    const debuggable = sdk(true);
    withoutStackTraces(debuggable);
    assert.match(debuggable.debuggablePromise(Promise.resolve()).trace ?? "", /\n {4}at /);
  });
});
