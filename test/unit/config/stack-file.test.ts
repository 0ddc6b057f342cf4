import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { readStackFile } from "../../../config/stack-file";

describe("a stack file that is not valid YAML", () => {
  it("is refused in one line, with the position", () => {
    const folder = mkdtempSync(join(tmpdir(), "stack-file-"));
    writeFileSync(join(folder, "Pulumi.broken.yaml"), "config: [\n");
    try {
      assert.throws(
        () => readStackFile("broken", folder),
        (error) =>
          pulumi.RunError.isInstance(error) &&
          /^Pulumi\.broken\.yaml is not valid YAML: .* at line 2, column 1$/.test(error.message),
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
