import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FILE_HEADER, requireOwn, requireOwnFile } from "../../../../scripts/preview-env/ownership";

const resource = { urn: "urn:pulumi:pr-12::p::a:b:C::d", type: "a:b:C" };
const stateOf = (deployment: object) => ({ version: 3, deployment });
const filled = stateOf({ resources: [resource] });

describe("a stack pr-N", () => {
  const check = (base: string, owner: string | undefined, state = filled) =>
    requireOwn({ base, number: 12 }, { name: "pr-12", state, base: owner });

  it("belongs to the environment if its tag names the base, in any spelling", () => {
    check("dev", "dev");
    check("organization/pachyderm-seldon/dev", "dev");
  });

  it("is refused if it is the environment of another base, with the command that destroys it", () => {
    assert.throws(() => check("dev", "staging"), {
      message:
        "stack pr-12 is the environment of pull request 12 for stack staging, not for dev. To create one for dev, destroy it first: npm run preview-env -- --stack staging --pull-request 12 --destroy",
    });
    assert.throws(() => check("acme/p/dev", "staging"), /--stack acme\/p\/staging --pull-request/);
    assert.throws(() => check("dev", "staging", stateOf({})), /for stack staging/);
  });

  it("is refused if it has resources but no tag, with what to do", () => {
    assert.throws(() => check("dev", undefined), {
      message:
        /^stack pr-12 has resources, but no environment tag, .*: pulumi stack tag set pachyderm-seldon:preview-env-of dev --stack pr-12\. .*pulumi stack rm pr-12$/,
    });
    const pending = stateOf({ pending_operations: [{ resource, type: "creating" }] });
    assert.throws(() => check("dev", undefined, pending), /no environment tag/);
  });

  it("is accepted without a tag while it is empty, because a run may have ended before it set the tag", () => {
    check("dev", undefined, stateOf({}));
    check("dev", undefined, stateOf({ resources: [] }));
  });
});

describe("the stack file of an environment", () => {
  const folder = mkdtempSync(join(tmpdir(), "ownership-"));
  after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "Pulumi.pr-12.yaml");

  it("is only overwritten if it was derived", () => {
    requireOwnFile(file, "pr-12");
    writeFileSync(file, `${FILE_HEADER}\nconfig: {}\n`);
    requireOwnFile(file, "pr-12");
    writeFileSync(file, "config: {}\n");
    assert.throws(() => requireOwnFile(file, "pr-12"), {
      message: `${file} already exists, and was not created by npm run preview-env, which would overwrite it for stack pr-12: move or remove it`,
    });
  });
});
