import assert from "node:assert/strict";
import { Secret, UNKNOWN, type ValueMap } from "../../../../../providers/kit/values";
import { SeldonPlugin } from "../../../../../providers/seldon/plugin/plugin";
import { providerSchema } from "../../../../../providers/seldon/plugin/schema";
import { readSeldon } from "../../../../../providers/seldon/plugin/schema/generate-resources";
import { PROVIDER, RESOURCES } from "../../../../../providers/seldon/plugin/schema/resources";
import { RecordingLog } from "../../../../support/recording-log";

const plugin = new SeldonPlugin("1.2.3", new RecordingLog());

describe("the Seldon provider's schema", () => {
  it("matches the classes and doc comments", () => {
    const command =
      "npx tsx providers/seldon/plugin/schema/generate-resources.ts && npm run format";
    assert.deepEqual(PROVIDER, readSeldon().provider, `run: ${command}`);
    assert.deepEqual(RESOURCES, readSeldon().resources, `run: ${command}`);
  });

  it("has exactly the resources that the plugin handles, with its version", () => {
    const schema = JSON.parse(plugin.schema());
    assert.deepEqual(schema, providerSchema("1.2.3"));
    // resources that a state contains under the earlier type are still deleted
    const earlier = "seldon:index:Deployment";
    assert.deepEqual([...Object.keys(schema.resources), earlier], Object.keys(plugin.resources));
  });

  it("marks a kubeconfig as secret, and has a deployment's outputs", () => {
    const { provider, resources } = providerSchema("1.2.3");
    assert.equal(provider.inputProperties.kubeconfig?.secret, true);
    const deployment = resources["seldon:index:DeploymentCleanup"];
    assert.deepEqual(deployment?.requiredInputs, ["name", "namespace", "detectorNamespace"]);
    assert.deepEqual(deployment?.required, [
      "name",
      "namespace",
      "detectorNamespace",
      "state",
      "ready",
      "clusterId",
    ]);
  });
});

describe("the Seldon provider's arguments", () => {
  const failures = async (config: ValueMap) => (await plugin.checkConfig(config)).failures;

  it("are accepted when they are strings, secrets, unknown or not set", async () => {
    const cases: ValueMap[] = [
      {},
      { context: "gke", kubeconfig: new Secret("{}") },
      { kubeconfig: UNKNOWN },
      { version: "1.2.3", context: null },
    ];
    for (const config of cases) {
      assert.deepEqual(await failures(config), []);
    }
  });

  it("are refused when misspelled, of the wrong type or empty, without their value", async () => {
    assert.deepEqual(await failures({ kubeConfig: "x" }), [
      {
        property: "kubeConfig",
        reason: "is not a valid argument of the provider: expected one of context, kubeconfig",
      },
    ]);
    const wrong = await failures({ kubeconfig: new Secret({ token: "canary" }), context: "" });
    assert.deepEqual(wrong, [
      { property: "", reason: "kubeconfig: must be a string or not set" },
      { property: "", reason: "context: must be a string or not set" },
    ]);
  });
});
