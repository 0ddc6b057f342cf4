import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { run } from "../../command-line/processes/run";
import { repository } from "../../command-line/repository";
import { sandboxPaths } from "../../sandbox/paths";

describe("npm run demo", () => {
  it("takes a stack through its life cycle, and leaves nothing behind", async () => {
    const { stdout } = await run("npm", ["run", "--silent", "demo"], {
      cwd: repository,
      timeout: 290_000,
    });
    const headings = [...stdout.matchAll(/^━━ (\d)\. (\w+)/gm)].map(([, step, word]) => [
      step,
      word,
    ]);
    assert.deepEqual(headings, [
      ["1", "Preview"],
      ["2", "Up"],
      ["3", "Upload"],
      ["4", "Acknowledge"],
      ["5", "Preview"],
      ["6", "Change"],
      ["7", "Refresh"],
      ["8", "Deploy"],
      ["9", "Destroy"],
    ]);
    const afterUpload = stdout.slice(stdout.indexOf("━━ 5."));
    // the rest is about the change itself: the new image does not process the data again
    const warnings = [...afterUpload.matchAll(/^warning: (.*)$/gm)].map(([, warning]) => warning);
    assert.equal(warnings.length, 1);
    assert.match(warnings[0] ?? "", /useCases\.image-classification\.training\.reprocess/);
    assert.match(afterUpload, /\+ pipeline dogs-and-cats-model, version 2, PIPELINE_RUNNING/);
    assert.match(stdout, /Pachyderm contains\n {2}nothing\nKubernetes contains\n {2}nothing\n/);
    assert.match(stdout, /Everything that the demo started has been stopped\.\n$/);
    assert.ok(!existsSync(sandboxPaths(repository, "sandbox-demo").folder));
  });
});
