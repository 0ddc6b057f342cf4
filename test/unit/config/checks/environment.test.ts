import assert from "node:assert/strict";
import { checkEnvironment } from "../../../../config/checks/environment";

describe("the settings of a development stack", () => {
  it("are refused in a stack that is not disposable, with both ways out", () => {
    const [problem, ...more] = checkEnvironment({
      environment: { paused: true },
      disposable: false,
    });
    assert.deepEqual(problem?.path, ["environment"]);
    assert.match(
      problem?.text ?? "",
      /but disposable is not true: `pulumi config set disposable true` \(to remove it: `pulumi config rm environment`\)$/,
    );
    assert.deepEqual(more, []);
  });

  it("are allowed in a disposable stack, and any stack can omit them", () => {
    assert.deepEqual(checkEnvironment({ environment: { paused: true }, disposable: true }), []);
    assert.deepEqual(checkEnvironment({ environment: {}, disposable: false }), []);
    assert.deepEqual(checkEnvironment({ disposable: false }), []);
  });

  it("are not checked while it is unknown whether the stack is disposable", () => {
    assert.deepEqual(checkEnvironment({ environment: { paused: true } }), []);
  });
});
