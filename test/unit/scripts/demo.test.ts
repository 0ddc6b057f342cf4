import assert from "node:assert/strict";
import { missingAmong } from "../../../components/detector-bucket/artefacts";
import type { Inventory } from "../../../sandbox/inventory";
import { startGcs } from "../../../sandbox/stand-ins/gcs/server";
import { uploadArtefacts } from "../../../scripts/demo/artefacts";
import { describeChanges, describeInventory } from "../../../scripts/demo/describe";
import { LineFilter } from "../../../scripts/demo/output";
import { callAt } from "../../support/gcs-client";

const empty: Inventory = {
  pipelines: [],
  repos: [],
  secrets: [],
  namespaces: [],
  deployments: [],
  detectors: [],
  buckets: [],
};

describe("the demo's artefacts", () => {
  it("are exactly those that the stack reports as missing", async () => {
    const gcs = await startGcs();
    try {
      await callAt(gcs.address, "POST", "/storage/v1/b?project=p", {
        name: "detectors",
        location: "EU",
      });
      const uploaded = await uploadArtefacts(gcs.address, "detectors");
      const { answer } = await callAt(gcs.address, "GET", "/storage/v1/b/detectors/o");
      const names = answer.items.map(({ name }: { name: string }) => name);
      assert.deepEqual(names.sort(), uploaded.sort());
      assert.deepEqual(missingAmong(names), []);
      await assert.rejects(uploadArtefacts(gcs.address, "nowhere"), {
        message: "cannot upload seldon/drift_detector/detector.dill to nowhere: status 404",
      });
    } finally {
      await gcs.close();
    }
  });
});

describe("what the demo prints about the systems", () => {
  const pipeline = (version: number) => ({
    name: "train",
    version,
    state: "PIPELINE_RUNNING",
    userSpec: {},
  });
  const before: Inventory = { ...empty, repos: ["data"], pipelines: [pipeline(1)] };

  it("is everything that they contain", () => {
    assert.equal(
      describeInventory(before),
      "Pachyderm contains\n  repo data\n  pipeline train, version 1, PIPELINE_RUNNING\n" +
        "Kubernetes contains\n  nothing\nSeldon contains\n  nothing\nGoogle Cloud Storage contains\n  nothing\n",
    );
  });

  it("then shows only the changes", () => {
    const after = {
      ...before,
      pipelines: [pipeline(2)],
      deployments: [{ name: "m", state: "Up" }],
    };
    assert.equal(
      describeChanges(before, after),
      "In Pachyderm\n  - pipeline train, version 1, PIPELINE_RUNNING\n" +
        "  + pipeline train, version 2, PIPELINE_RUNNING\nIn Seldon\n  + SeldonDeployment m, Up\n",
    );
    assert.equal(describeChanges(before, before), "Nothing changed in any system.\n");
  });
});

describe("the demo's output of pulumi", () => {
  function filtered(...pieces: string[]): string {
    let shown = "";
    const filter = new LineFilter((text) => {
      shown += text;
    });
    for (const piece of pieces) filter.push(piece);
    filter.end();
    return shown;
  }

  it("omits steps in progress, unchanged resources, and repeated messages", () => {
    const lines = [
      "@ updating....",
      " +  pachyderm:index:Repo data creating (0s) ",
      " ~  pulumi:providers:seldon seldon refresh (0.00s) ",
      "    pulumi:pulumi:Stack pachyderm-seldon-sandbox running ",
      "    kubernetes:core/v1:Secret pipelines-secret  ",
      "\u001b[33m ~  \u001b[0mpachyderm:index:Pipeline train updating (0s) [diff: ~spec]\u001b[0m",
      "    pachyderm-seldon:index:DetectorBucket detectors  warning: bucket b lacks x",
    ];
    assert.equal(filtered(`${lines.join("\n")}\n`), "");
  });

  it("keeps results, diffs and diagnostics, and only one of several empty lines", () => {
    const lines = [
      " +  pachyderm:index:Repo data created (0.04s) ",
      " +  pachyderm:index:Repo data create ",
      " ~  pachyderm:index:Pipeline train updated (1s) [diff: ~spec]",
      " -  pachyderm:index:Repo data deleted (0.1s) ",
      "",
      "Diagnostics:",
      "  pachyderm-seldon:index:DetectorBucket (detectors):",
      "    warning: bucket b lacks x",
      "    ~ pachyderm:index:Pipeline: (update)",
      "        [urn=urn:pulumi:s::p::pachyderm:index:Pipeline::train]",
      '              ~ image: "a:1" => "a:2"',
      " +  pachyderm:index:Pipeline train **creating failed** error: no",
    ];
    assert.equal(filtered(`${lines.join("\n")}\n`), `${lines.join("\n")}\n`);
    assert.equal(filtered("a\n\n  \n", "\nb\n"), "a\n\nb\n");
  });

  it("accepts lines in pieces, and the last one without a line break", () => {
    const pieces = ["@ upda", "ting...\n +  pachyderm:index:Repo da", "ta created (1s)\nDone"];
    assert.equal(filtered(...pieces), " +  pachyderm:index:Repo data created (1s)\nDone\n");
  });
});
