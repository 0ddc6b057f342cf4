import assert from "node:assert/strict";
import fc from "fast-check";
import { formatPath, type PropertyPath } from "../../../../providers/kit/property-path";

/** The path as the engine reads it: `ParsePropertyPath` in sdk/go/common/resource. */
function engineReads(path: string): PropertyPath {
  const steps: (string | number)[] = [];
  let rest = path;
  while (rest !== "") {
    if (rest.startsWith(".")) rest = rest.slice(1);
    else if (rest.startsWith('["')) {
      const match = /^\["((?:\\"|[^"])*)"\]/.exec(rest);
      assert.ok(match, `missing closing quote in ${path}`);
      steps.push((match[1] ?? "").replaceAll('\\"', '"'));
      rest = rest.slice(match[0].length);
    } else {
      const match = /^\[(\d+)\]|^[^.[]*/.exec(rest);
      steps.push(match?.[1] === undefined ? (match?.[0] ?? "") : Number(match[1]));
      rest = rest.slice(match?.[0].length);
    }
  }
  return steps;
}

describe("formatPath", () => {
  it("writes a backslash unchanged, because the engine does not read it as an escape", () => {
    assert.equal(formatPath(["spec", "env", "C:\\temp.d"]), 'spec.env["C:\\temp.d"]');
    assert.equal(formatPath(["spec", "env", 'a\\"b']), 'spec.env["a\\\\"b"]');
  });

  it("leaves a name without quotes where a closing backslash would escape the quote", () => {
    assert.equal(formatPath(["env", "temp\\", 0]), "env.temp\\[0]");
  });

  it("ends at the parent of a name that can't be written at all", () => {
    assert.equal(formatPath(["spec", "env", "a.b\\"]), "spec.env");
  });

  it("writes what the engine reads back, whatever the names", () => {
    const name = fc.oneof(
      fc.string({ unit: fc.constantFrom("a", ".", "[", "]", '"', "\\", "$") }),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(name, fc.nat({ max: 20 })), { minLength: 1 }), (path) => {
        const read = engineReads(formatPath(path));
        assert.deepEqual(read, path.slice(0, read.length));
        const next = path[read.length];
        assert.ok(next === undefined || /[.[].*\\$/s.test(String(next)), String(next));
      }),
    );
  });
});
