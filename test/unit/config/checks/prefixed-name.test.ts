import assert from "node:assert/strict";
import { checkName } from "../../../../config/checks/prefixed-name";

const short = (name: string) => (name.length > 5 ? "is too long" : undefined);
const path = ["pachyderm", "project"];

describe("a name from the configuration", () => {
  it("is checked with its prefix, which the message explains", () => {
    assert.deepEqual(checkName(path, "project", "abcd", short, "pr-"), [
      {
        path,
        text: 'with namePrefix results in the project name "pr-abcd", which is too long: `pulumi config set --path pachyderm.project VALUE`',
      },
    ]);
    assert.deepEqual(checkName(path, "project", "ab", short, "pr-"), []);
  });

  it("is unchanged in the message if there is no prefix", () => {
    const [problem] = checkName(path, "project", "abcdef", short);
    assert.match(problem?.text ?? "", /^is "abcdef", which is too long: /);
  });

  it("is not checked if it is not set", () => {
    assert.deepEqual(
      checkName(path, "project", undefined, () => "is checked"),
      [],
    );
  });
});
