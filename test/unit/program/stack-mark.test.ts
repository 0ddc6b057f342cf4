import assert from "node:assert/strict";
import * as fc from "fast-check";
import { checkLabelValue } from "../../../components/common/names";
import {
  formatMarks,
  homeInMark,
  type Marks,
  nameInMark,
  parseMarks,
  stackMark,
} from "../../../program/stack-mark";

const HOME = { backend: "gs://state", organization: "organization", project: "pachyderm-seldon" };

describe("a stack's mark", () => {
  it("is a valid label in Kubernetes and Google Cloud, whatever the stack's name is", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9_.-]{1,100}$/), (stack) => {
        const mark = stackMark(HOME, stack);
        assert.match(mark, /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/);
        assert.equal(checkLabelValue(mark), undefined);
        assert.equal(mark, `${nameInMark(stack)}-${homeInMark(HOME)}`);
      }),
    );
  });

  it("differs between backends, organizations and projects", () => {
    const marks = [
      HOME,
      { ...HOME, backend: "gs://other" },
      { ...HOME, organization: "other" },
      { ...HOME, project: "other" },
    ].map((home) => stackMark(home, "pr-12"));
    assert.equal(new Set(marks).size, marks.length);
    for (const mark of marks) assert.match(mark, /^pr-12-[0-9a-f]{10}$/);
  });

  it("is read back from the end of a description", () => {
    const marks: Marks = {
      owner: "alice",
      expires: "2026-12-31",
      stack: stackMark(HOME, "pr-12"),
      prefix: "pr-12-",
    };
    assert.deepEqual(parseMarks(formatMarks(marks)), marks);
    assert.deepEqual(parseMarks(`Cats (and\ndogs) (${formatMarks(marks)})`), marks);
  });

  it("is not found in text that only resembles one", () => {
    for (const text of ["", "stack=", "on stack=pr-12-0123456789", "(stack=pr-12-0123456789) more"])
      assert.deepEqual(parseMarks(text), {}, text);
  });
});
