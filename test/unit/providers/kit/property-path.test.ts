import assert from "node:assert/strict";
import fc from "fast-check";
import { formatPath, parsePath } from "../../../../providers/kit/property-path";

describe("formatPath", () => {
  it("writes a backslash unchanged, because the engine does not read it as an escape", () => {
    assert.equal(formatPath(["spec", "env", "C:\\temp.d"]), 'spec.env["C:\\temp.d"]');
    assert.equal(formatPath(["spec", "env", 'a\\"b']), 'spec.env["a\\\\"b"]');
  });

  it("leaves a name without quotes if a closing backslash would escape the quote", () => {
    assert.equal(formatPath(["env", "temp\\", 0]), "env.temp\\[0]");
  });

  it("ends at the parent of a name that cannot be written", () => {
    assert.equal(formatPath(["spec", "env", "a.b\\"]), "spec.env");
  });

  it("writes what the engine parses correctly, whatever the names", () => {
    const name = fc.oneof(
      fc.string({ unit: fc.constantFrom("a", ".", "[", "]", '"', "\\", "$") }),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(name, fc.nat({ max: 20 })), { minLength: 1 }), (path) => {
        const read = parsePath(formatPath(path));
        assert.deepEqual(read, path.slice(0, read.length));
        const next = path[read.length];
        assert.ok(next === undefined || /[.[].*\\$/s.test(String(next)), String(next));
      }),
    );
  });
});
