import assert from "node:assert/strict";
import { dirname } from "node:path";
import { readArguments } from "../../../../scripts/preview-env/arguments";
import { readBase } from "../../../../scripts/preview-env/base";
import { environmentStack } from "../../../../scripts/preview-env/names";
import { readState } from "../../../../scripts/stack-update/state";

describe("npm run preview-env", () => {
  const read = (...args: string[]) => readArguments(["--stack", "dev", ...args]);

  it("decides by the change which use cases train, unless an option decides", () => {
    const { base, number, models, destroy } = read("--pull-request", "12");
    assert.deepEqual(
      { base, number, models, destroy },
      {
        base: "dev",
        number: 12,
        models: "by change",
        destroy: false,
      },
    );
    assert.equal(read("--pull-request", "12", "--defer").models, "defer");
    assert.equal(read("--pull-request", "12", "--train").models, "train");
  });

  it("names the environment after the pull request, next to the base stack", () => {
    assert.equal(environmentStack("dev", 12), "pr-12");
    assert.equal(environmentStack("acme/pachyderm-seldon/dev", 12), "acme/pachyderm-seldon/pr-12");
  });

  it("refuses invalid arguments", () => {
    const refused: readonly (readonly [string[], RegExp])[] = [
      [[], /^--pull-request is required; expected the number of a pull request$/],
      [
        ["--pull-request", "main"],
        /^--pull-request: "main" is not valid; expected the number of a pull request$/,
      ],
      [["--pull-request", "0"], /^--pull-request: "0" is not valid; expected the number/],
      [
        ["--pull-request", "12", "--stack", "pr-12"],
        /^--stack: pr-12 is the environment of this pull/,
      ],
      [
        ["--pull-request", "12", "--defer", "--train"],
        /^expected at most one of --defer, --train and/,
      ],
      [["--pull-request", "12", "--defer", "--destroy"], /^expected at most one of/],
      [["--pull-request", "12", "--force"], /--force/],
    ];
    for (const [args, message] of refused) assert.throws(() => read(...args), { message });
    assert.throws(() => readArguments(["--pull-request", "12"]), /--stack is required/);
  });

  it("names the existing stacks", () => {
    assert.throws(() => readBase("nope"), {
      message:
        /^stack "nope" does not exist: no file Pulumi\.nope\.yaml; expected one of .*\bdev\b/,
    });
  });

  it("says how to install the Pulumi CLI if it is missing", async () => {
    const { PATH } = process.env;
    process.env.PATH = `${dirname(process.execPath)}:/usr/bin:/bin`;
    try {
      await assert.rejects(readState("dev"), {
        message: "the Pulumi CLI is not on PATH: https://www.pulumi.com/docs/iac/download-install/",
      });
    } finally {
      process.env.PATH = PATH;
    }
  });
});
