import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { readConfig } from "../../../config";
import { limited } from "../../../config/environment";
import { useCases } from "../../../use-cases";
import { secretKeys, stackConfig } from "../../support/stack-config";
import { trained } from "../../support/trained";

function refusal(changes: Record<string, unknown>): string {
  pulumi.runtime.setAllConfig(stackConfig(changes), secretKeys);
  try {
    readConfig();
  } catch (error) {
    assert.ok(pulumi.RunError.isInstance(error), `no RunError: ${error}`);
    return (error as Error).message;
  }
  return assert.fail("the configuration was accepted");
}

describe("environment", () => {
  const definition = trained(Object.values(useCases)[0]);

  /** The use case with these fields in the spec of both pipelines. */
  const withSpec = (spec: object) => ({
    ...definition,
    training: { ...definition.training, spec },
    deployment: { ...definition.deployment, spec },
  });

  it("is refused in a stack that is not disposable, with the next commands", () => {
    const message = refusal({ environment: { owner: "alice" } });
    assert.equal(
      message,
      "pachyderm-seldon:environment requires a disposable stack, but disposable is not " +
        "true: `pulumi config set disposable true` (to remove it: `pulumi config rm environment`)",
    );
  });

  it("refuses values that no system would accept, and unknown keys", () => {
    const reject = (environment: object, pattern: RegExp) =>
      assert.match(refusal({ disposable: true, environment }), pattern);
    reject({ owner: "Alice Smith" }, /environment\.owner is "Alice Smith"; expected a label value/);
    reject({ expires: "2026-02-30" }, /environment\.expires .*expected a date, such as 2026-12-31/);
    reject({ expires: "soon" }, /environment\.expires .*expected a date/);
    reject({ maxWorkers: 0 }, /environment\.maxWorkers .*expected a whole number of workers/);
    reject({ paused: "yes" }, /environment\.paused .*expected true or false/);
    reject({ gpu: "no" }, /environment\.gpu .*expected true or false/);
    reject(
      { expire: "2026-12-31" },
      /environment\.expire is not a valid key; did you mean expires\?/,
    );
  });

  it("accepts a date that YAML parsed as a time", () => {
    for (const time of ["T00:00:00Z", " 00:00:00 +0000 UTC"]) {
      const environment = { expires: `2026-12-31${time}` };
      pulumi.runtime.setAllConfig(stackConfig({ disposable: true, environment }), secretKeys);
      assert.equal(readConfig().environment.expires, "2026-12-31");
    }
  });

  it("caps workers and removes GPUs in either spelling, and keeps the rest", () => {
    const resources = { cpu: 2, gpu: { type: "nvidia.com/gpu", number: 1 } };
    const result = trained(
      limited(
        withSpec({
          parallelism_spec: { constant: "8" },
          resourceRequests: resources,
          resource_limits: resources,
          autoscaling: true,
        }),
        { maxWorkers: 2, gpu: false },
      ),
    );
    for (const { spec } of [result.training, result.deployment]) {
      assert.deepEqual(spec, {
        parallelism_spec: { constant: 2 },
        resourceRequests: { cpu: 2 },
        resource_limits: { cpu: 2 },
        autoscaling: true,
      });
    }
  });

  it("does not raise workers below the limit, and changes nothing without limits", () => {
    const spec = { parallelismSpec: { constant: 2 }, resourceLimits: { gpu: { number: 1 } } };
    assert.deepEqual(limited(withSpec(spec), { maxWorkers: 2 }).training?.spec, spec);
    assert.deepEqual(limited(withSpec(spec), { gpu: true }).training?.spec, spec);
    assert.deepEqual(limited(definition, { maxWorkers: 1, gpu: false }), definition);
  });

  it("also changes a value that is known later", async () => {
    const late = withSpec({ parallelismSpec: pulumi.output({ constant: 8 }) });
    const { spec } = trained(limited(late, { maxWorkers: 3 })).training;
    const { parallelismSpec } = spec as { parallelismSpec: pulumi.Output<object> };
    const known = await new Promise((resolve) => parallelismSpec.apply(resolve));
    assert.deepEqual(known, { constant: 3 });
  });
});
