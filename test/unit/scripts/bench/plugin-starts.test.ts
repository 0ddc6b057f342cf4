import assert from "node:assert/strict";
import { pluginStarts } from "../../../../scripts/bench/plugin-starts";

describe("the benchmark of a plugin's start", () => {
  for (const { title, subject, baseline } of pluginStarts()) {
    it(`measures the ${title}`, async () => {
      await baseline.run();
      await subject.run();
    });
  }

  it("includes each plugin of this project", () => {
    const plugins = pluginStarts().map(({ subject }) => subject.title);
    assert.deepEqual(plugins, ["pachyderm plugin", "seldon plugin"]);
  });
});
