import assert from "node:assert/strict";
import { ADOPT_HINT } from "../../components/common/adopted";
import { named, record, wholeProgram } from "../support/program-recorder";
import { complete, credentials, secretKeys, stackConfig } from "../support/stack-config";
import { isWireSecret, withoutSecrets } from "../support/wire";

const run = (changes: Record<string, unknown> = {}) =>
  record(wholeProgram, { config: stackConfig(changes), secretKeys });

describe("the program", () => {
  it("registers the five parts of the stack and their children, and nothing unknown", async () => {
    const { registrations } = await run();
    const types = registrations.map(({ type }) => type).sort();
    assert.deepEqual(types, [
      "gcp:storage/bucket:Bucket",
      "kubernetes:core/v1:Namespace",
      "kubernetes:core/v1:Secret",
      "pachyderm-seldon:index:DeploymentPipeline",
      "pachyderm-seldon:index:DetectorBucket",
      "pachyderm-seldon:index:PipelineSecret",
      "pachyderm-seldon:index:SeldonNamespace",
      "pachyderm-seldon:index:TrainingPipeline",
      "pachyderm-seldon:index:UseCase",
      "pachyderm:index:Pipeline",
      "pachyderm:index:Pipeline",
      "pachyderm:index:Repo",
      "pachyderm:index:RoleBinding",
      "pulumi:providers:kubernetes",
      "pulumi:providers:pachyderm",
      "pulumi:providers:seldon",
      "pulumi:pulumi:Stack",
      "seldon:index:Cluster",
      "seldon:index:Cluster",
      "seldon:index:DeploymentCleanup",
    ]);
  });

  it("checks the cluster first in an update, and in a destroy through a guard that depends on everything", async () => {
    const recording = await run();
    const urnOf = (name: string) => named(recording, name).urn;
    assert.ok(named(recording, "kubernetes").dependencies.includes(urnOf("cluster")));
    const guard = named(recording, "cluster-guard").dependencies;
    const rest = recording.registrations.filter(
      ({ type, name }) =>
        /^(kubernetes|seldon|pachyderm):/.test(type) && !name.startsWith("cluster"),
    );
    assert.ok(rest.length >= 7);
    for (const { name, urn } of rest) assert.ok(guard.includes(urn), `${name} is not guarded`);
  });

  it("omits a kubeconfig from the provider's arguments if only the environment sets it", async () => {
    const { KUBECONFIG } = process.env;
    process.env.KUBECONFIG = "/runner/17/kubeconfig";
    try {
      const { inputs } = named(await run({ kubernetes: { context: "prod" } }), "kubernetes");
      assert.ok(!("kubeconfig" in inputs) || inputs.kubeconfig === null);
    } finally {
      if (KUBECONFIG === undefined) delete process.env.KUBECONFIG;
      else process.env.KUBECONFIG = KUBECONFIG;
    }
  });

  it("gives every resource a component as parent, and a name that begins with the parent's", async () => {
    const { registrations } = await run();
    const byUrn = new Map(registrations.map((registration) => [registration.urn, registration]));
    const children = registrations.filter(
      ({ type }) => !/^pulumi:|^pachyderm-seldon:|:Cluster$/.test(type),
    );
    assert.equal(children.length, 8);
    for (const { name, parent } of children) {
      const component = byUrn.get(parent);
      assert.match(component?.type ?? "", /^pachyderm-seldon:index:/, `parent of ${name}`);
      assert.ok(name.startsWith(`${component?.name}-`), `${name} under ${component?.name}`);
    }
  });

  it("registers each component's outputs once, after all its children", async () => {
    const { registrations, outputs } = await run();
    const components = registrations.filter(({ type }) => type.startsWith("pachyderm-seldon:"));
    const own = outputs.filter(([urn]) => urn.includes("$pachyderm-seldon:index:"));
    const registered = own.map(([urn]) => urn);
    assert.deepEqual(registered.sort(), components.map(({ urn }) => urn).sort());
    for (const [urn, values] of own) assert.notDeepEqual(values, {}, `${urn} tells nothing`);
  });

  it("uses explicit providers for Kubernetes, Pachyderm and Seldon", async () => {
    const recording = await run({ kubernetes: { context: "prod", kubeconfig: "/k" } });
    assert.deepEqual(named(recording, "kubernetes").inputs, {
      context: "prod",
      kubeconfig: "/k",
      clusterIdentifier: "pachyderm-seldon",
      enableSecretMutable: "true",
    });
    const seldon = named(recording, "seldon-deployments").inputs;
    assert.ok(isWireSecret(seldon.kubeconfig));
    assert.deepEqual([seldon.context, seldon.kubeconfig.value], ["prod", "/k"]);
    assert.deepEqual(named(recording, "pachyderm").inputs, {
      address: "http://localhost:30656",
      project: "default",
      importHint: ADOPT_HINT,
    });
    for (const { type, name, provider } of recording.registrations) {
      const own = /^(kubernetes|pachyderm|seldon):/.exec(type)?.[1];
      if (own !== undefined) assert.match(provider, new RegExp(`pulumi:providers:${own}::`), name);
    }
  });

  it("prefixes every name that environments share, and no others", async () => {
    const plain = await run();
    const prefixed = await run({ namePrefix: "pr-12-" });
    const names = [
      "dogs-and-cats",
      "dogs-and-cats-model",
      "dogs-and-cats-deploy",
      "dogcat-deploy",
      "pipeline-secret",
      "determined-seldon-detector",
    ];
    for (const { name, inputs } of plain.registrations) {
      const other = JSON.stringify(withoutSecrets(named(prefixed, name).inputs));
      const expected = names.reduce(
        (text, shared) =>
          text.replace(new RegExp(`(?<=["/ ])${shared}(?=[" ])`, "g"), `pr-12-${shared}`),
        JSON.stringify(withoutSecrets(inputs)).replace(
          /"(name|namespace)":"seldon"/g,
          '"$1":"pr-12-seldon"',
        ),
      );
      // labels and Secret keys contain the names of object kinds
      assert.equal(
        other,
        expected.replace('name":"pr-12-pipeline-secret","app', 'name":"pipeline-secret","app'),
        name,
      );
    }
  });

  it("passes Seldon's namespace to the pipelines, including the prefix", async () => {
    const recording = await run({ namePrefix: "pr-12-" });
    const { data } = named(recording, "pipelines-secret").inputs as {
      data: { value: Record<string, string> };
    };
    const encoded = data.value.sel_namespace ?? "";
    assert.equal(Buffer.from(encoded, "base64").toString(), "pr-12-seldon");
  });

  it("registers only the platform if no use case is selected", async () => {
    const { registrations } = await run({ useCases: {} });
    assert.equal(
      registrations.some(({ type }) => type.startsWith("pachyderm:")),
      false,
    );
  });

  it("changes only the image if only the image is overridden", async () => {
    const before = await run();
    const after = await run({
      useCases: { "image-classification": { training: { image: "train:2" } } },
    });
    for (const { name, inputs } of before.registrations) {
      const text = JSON.stringify(inputs);
      const expected =
        name === "image-classification-training-pipeline"
          ? text.replace("gcr.io/determined-ai/pachyderm-seldon/train:0.0.19", "train:2")
          : text;
      assert.equal(JSON.stringify(named(after, name).inputs), expected);
    }
  });

  it("passes no credential to the engine in plain text, in inputs or outputs", async () => {
    const { registrations, outputs } = await run();
    const inputs = registrations.map((registration) => registration.inputs);
    const visible = JSON.stringify(withoutSecrets([inputs, outputs]));
    for (const value of Object.values(credentials).filter((value) => value !== "")) {
      assert.equal(visible.includes(value), false, "in plain text");
      assert.equal(visible.includes(Buffer.from(value).toString("base64")), false, "in base64");
    }
  });

  it("passes no component inputs to the engine, so that none can contain a secret", async () => {
    const { registrations } = await run();
    for (const { type, inputs } of registrations) {
      if (type.startsWith("pachyderm-seldon:")) assert.deepEqual(inputs, {}, type);
    }
  });

  it("registers nothing if the configuration is invalid", async () => {
    await assert.rejects(run({ useCases: { ...complete.useCases, nope: {} } }), {
      message: /^pachyderm-seldon:useCases\.nope is not a use case/,
    });
  });
});
