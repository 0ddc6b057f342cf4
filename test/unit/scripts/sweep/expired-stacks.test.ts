import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FILE_HEADER } from "../../../../scripts/preview-env/ownership";
import type { ExpiredStack } from "../../../../scripts/sweep/expired";
import { destroyExpired } from "../../../../scripts/sweep/expired-stacks";

describe("the removal of expired stacks", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "sweep-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const expired = (stack: string): ExpiredStack => ({
    organization: "organization",
    project: "pachyderm-seldon",
    stack,
    expired: "2026-11-01",
    resources: 1,
  });

  async function remove(stack: string): Promise<{ lines: string[]; keepsFile: boolean }> {
    const lines: string[] = [];
    let keepsFile = false;
    const pulumi = {
      folder,
      destroyStack: async () => undefined,
      removeStack: async (_: string, { keepFile }: { readonly keepFile: boolean }) => {
        keepsFile = keepFile;
        if (!keepFile) rmSync(join(folder, `Pulumi.${stack}.yaml`));
      },
    };
    const { failures } = await destroyExpired([expired(stack)], pulumi, {
      keep: async () => undefined,
      report: (line) => lines.push(line),
    });
    assert.deepEqual(failures, []);
    return { lines, keepsFile };
  }

  it("keeps the stack file, and says how to create the stack again", async () => {
    writeFileSync(join(folder, "Pulumi.qa.yaml"), "secretsprovider: gcpkms://projects/p/k\n");
    const { lines, keepsFile } = await remove("qa");
    assert.ok(keepsFile);
    assert.equal(
      lines.at(-1),
      "kept Pulumi.qa.yaml: delete it, or create the stack again with `pulumi stack init qa --secrets-provider gcpkms://projects/p/k`",
    );
  });

  it("deletes only the file that was generated for a pull request", async () => {
    const write = (stack: string, text: string) =>
      writeFileSync(join(folder, `Pulumi.${stack}.yaml`), text);
    write("pr-12", `${FILE_HEADER}\nencryptionsalt: v1:x\n`);
    write("pr-13", "encryptionsalt: v1:x\n");
    const generated = await remove("pr-12");
    assert.ok(!generated.keepsFile);
    assert.match(generated.lines.at(-1) ?? "", /^destroyed and removed stack /);
    assert.ok((await remove("pr-13")).keepsFile);
  });

  it("does not mention a file that this checkout does not have", async () => {
    const { lines, keepsFile } = await remove("qa");
    assert.ok(keepsFile);
    assert.match(lines.at(-1) ?? "", /^destroyed and removed stack /);
  });
});
