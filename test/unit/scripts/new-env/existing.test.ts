import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readExisting } from "../../../../scripts/new-env/existing";

describe("the existing parts of a stack", () => {
  const folder = mkdtempSync(join(tmpdir(), "existing-"));
  after(() => rmSync(folder, { recursive: true }));
  const backend = "gs://state";
  const write = (text: string) => writeFileSync(join(folder, "Pulumi.prod.yaml"), text);

  it("are empty at first", () => {
    assert.deepEqual(readExisting("new", folder, { stacks: [], backend }), {
      isThere: false,
      file: {},
      answers: {},
    });
  });

  it("are completed if the stack has no resources, or the file has no secrets", () => {
    write("config:\n  gcp:project: p\n  pachyderm-seldon:namePrefix: a-\n");
    const answers = { "gcp:project": "p", namePrefix: "a-" };
    const fromFile = readExisting("prod", folder, { stacks: [{ name: "dev" }], backend });
    assert.deepEqual([fromFile.isThere, fromFile.answers], [false, answers]);
    for (const listed of [{ name: "prod" }, { name: "prod", resourceCount: 0 }]) {
      const { isThere } = readExisting("prod", folder, { stacks: [listed], backend });
      assert.equal(isThere, true);
    }
  });

  it("are refused, with what to do, if there are resources, or the state is elsewhere", () => {
    const stacks = [{ name: "prod", resourceCount: 23 }];
    assert.throws(
      () => readExisting("prod", folder, { stacks, backend }),
      /^Error: stack prod already exists, with 23 resources: .*`pulumi preview --stack prod`/,
    );
    write("encryptionsalt: v1:salt\nconfig: {}\n");
    assert.throws(
      () => readExisting("prod", folder, { stacks: [], backend }),
      /^Error: Pulumi\.prod\.yaml belongs to a stack that does not exist in gs:\/\/state: log in to its backend \(`pulumi login`\); if the stack was removed, create it again with `pulumi stack init prod --secrets-provider passphrase`, or delete the file$/,
    );
  });

  it("are reported in one line if the file is not YAML", () => {
    write("config: [\n");
    assert.throws(
      () => readExisting("prod", folder, { stacks: [], backend }),
      /^Error: Pulumi\.prod\.yaml is not valid YAML/,
    );
  });
});
