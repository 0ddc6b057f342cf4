import assert from "node:assert/strict";
import { named, type Recording, record, wholeProgram } from "../support/program-recorder";
import { complete, secretKeys, stackConfig } from "../support/stack-config";
import { isWireSecret } from "../support/wire";

const run = (useCases: object, changes: Record<string, unknown> = {}) =>
  record(wholeProgram, { config: stackConfig({ useCases, ...changes }), secretKeys });

const DOGS = "image-classification";
const FINBERT = "sentiment-analysis";

/** Names of everything that is registered, without providers and the stack. */
const names = ({ registrations }: Recording) =>
  registrations
    .filter(({ type }) => !type.startsWith("pulumi:"))
    .map(({ name }) => name)
    .sort();

const inputsOf = ({ registrations }: Recording) =>
  new Map(registrations.map(({ urn, inputs }) => [urn, JSON.stringify(inputs)]));

interface Spec {
  readonly transform: { readonly secrets: { name: string }[]; readonly stdin: string[] };
}

const specOf = (recording: Recording, name: string) =>
  named(recording, `${name}-pipeline`).inputs.spec as Spec;

/** The Secrets that a pipeline's environment comes from. */
const secretsOf = (recording: Recording, name: string) => [
  ...new Set(specOf(recording, name).transform.secrets.map((secret) => secret.name)),
];

/** The value of a Secret's key. */
function secretValue(recording: Recording, name: string, key: string): string {
  const { data } = named(recording, name).inputs;
  assert.ok(isWireSecret(data));
  return Buffer.from((data.value as Record<string, string>)[key] ?? "", "base64").toString();
}

/** The keys under `acknowledge` that the warnings name, as a shell parses them. */
function acknowledgedBy(warnings: readonly string[]): (string | undefined)[] {
  const hint = /\(to acknowledge it: `pulumi config set --path '?acknowledge\.([^' ]+)'? true`\)$/;
  return warnings.map((warning) => hint.exec(warning)?.[1]).sort();
}

describe("the platform of the use cases", () => {
  it("is shared: two use cases have one platform, and otherwise the same as each alone", async () => {
    const dogs = names(await run({ [DOGS]: {} }));
    const finbert = names(await run({ [FINBERT]: {} }));
    const both = names(await run({ [DOGS]: {}, [FINBERT]: {} }));
    assert.deepEqual(both, [...new Set([...dogs, ...finbert])].sort());
    assert.deepEqual(
      both.filter((name) => !name.startsWith(DOGS) && !name.startsWith(FINBERT)),
      [
        "cluster",
        "cluster-guard",
        "detectors",
        "detectors-bucket",
        "pipelines",
        "pipelines-secret",
        "seldon",
        "seldon-namespace",
      ],
    );
  });

  it("does not change a use case if another one is added, removed or moved", async () => {
    const alone = inputsOf(await run({ [DOGS]: {} }));
    for (const useCases of [
      { [DOGS]: {}, [FINBERT]: {} },
      { [FINBERT]: {}, [DOGS]: {} },
    ]) {
      const together = inputsOf(await run(useCases));
      for (const [urn, inputs] of alone) assert.equal(together.get(urn), inputs, urn);
    }
  });

  it("is dedicated to a use case on request, and named after the shared one and the use case", async () => {
    const dedicated = { secret: true, bucket: true, namespace: true };
    const recording = await run({ [DOGS]: {}, [FINBERT]: { dedicated } });
    const metadata = (name: string) => named(recording, name).inputs.metadata;
    const bucket = named(recording, `${FINBERT}-detectors-bucket`).inputs;
    assert.equal(bucket.name, "determined-seldon-detector-sentiment-analysis");
    assert.equal(
      (metadata(`${FINBERT}-seldon-namespace`) as { name: string }).name,
      "seldon-sentiment-analysis",
    );
    assert.equal(
      (metadata(`${FINBERT}-pipelines-secret`) as { name: string }).name,
      "pipeline-secret-sentiment-analysis",
    );
    assert.equal(
      secretValue(recording, `${FINBERT}-pipelines-secret`, "sel_namespace"),
      "seldon-sentiment-analysis",
    );
    for (const part of ["training", "deployment"]) {
      assert.deepEqual(secretsOf(recording, `${FINBERT}-${part}`), [
        "pipeline-secret-sentiment-analysis",
      ]);
      assert.deepEqual(secretsOf(recording, `${DOGS}-${part}`), ["pipeline-secret"]);
    }
    const { stdin } = specOf(recording, `${FINBERT}-deployment`).transform;
    assert.match(
      stdin[0] ?? "",
      /--detect-bucket-uri gs:\/\/determined-seldon-detector-sentiment-analysis /,
    );
    assert.equal(
      named(recording, `${FINBERT}-deployment-deployed`).inputs.namespace,
      "seldon-sentiment-analysis",
    );
  });

  it("does not change for the others if one use case has a dedicated one", async () => {
    const shared = inputsOf(await run({ [DOGS]: {} }));
    const dedicated = { secret: true, bucket: true, namespace: true };
    const recording = await run({ [DOGS]: {}, [FINBERT]: { dedicated } });
    const together = inputsOf(recording);
    for (const [urn, inputs] of shared) assert.equal(together.get(urn), inputs, urn);
  });

  it("registers no object of the cluster twice if all are dedicated", async () => {
    const dedicated = { secret: true, bucket: true, namespace: true };
    const seldon = { googleServiceAccount: "models@p.iam.gserviceaccount.com" };
    const { registrations } = await run(
      { [DOGS]: { dedicated }, [FINBERT]: { dedicated } },
      { seldon },
    );
    const objects = registrations
      .filter(({ type }) => type.startsWith("kubernetes:"))
      .map(({ type, inputs }) => {
        const { namespace = "", name } = inputs.metadata as { namespace?: string; name: string };
        return `${type} ${namespace}/${name}`;
      });
    assert.ok(objects.some((object) => object.includes(":ServiceAccount seldon-logs/")));
    assert.deepEqual(objects, [...new Set(objects)]);
  });

  it("shortens a dedicated namespace if its detectors' names would be too long", async () => {
    const dedicated = { namespace: true };
    const recording = await run({ [DOGS]: { dedicated }, [FINBERT]: { dedicated } });
    const nameOf = (resource: string) =>
      (named(recording, resource).inputs.metadata as { name: string }).name;
    assert.match(nameOf(`${DOGS}-seldon-namespace`), /^seldon-image-classi-[0-9a-f]{4}$/);
    assert.equal(nameOf(`${FINBERT}-seldon-namespace`), "seldon-sentiment-analysis");
  });

  it("dedicates only a bucket if only a bucket is requested", async () => {
    const before = names(await run({ [DOGS]: {} }));
    const after = names(await run({ [DOGS]: { dedicated: { bucket: true } } }));
    assert.deepEqual(
      after.filter((name) => !before.includes(name)),
      [`${DOGS}-detectors`, `${DOGS}-detectors-bucket`],
    );
  });

  it("warns in a preview that detectors of stock images cannot read a private bucket", async () => {
    const warnings = async (changes: Record<string, unknown>, image?: string) => {
      const useCases = { [DOGS]: { deployment: { image } }, [FINBERT]: { deployment: { image } } };
      const config = stackConfig({ useCases, ...changes });
      const recording = await record(wholeProgram, { config, secretKeys, preview: true });
      return recording.warnings.filter((warning) => warning.includes("no credentials"));
    };
    const [warning, ...others] = await warnings({});
    assert.match(warning ?? "", /image of image-classification, sentiment-analysis gives/);
    assert.match(warning ?? "", /they cannot read the bucket, which is private.*anonymousRead/);
    assert.deepEqual(others, []);
    assert.deepEqual(await warnings({}, "registry.example.com/deploy:1"), []);
    const theirs = await warnings({ detectorBucket: { name: "theirs", existing: true } });
    assert.match(theirs[0] ?? "", /only if it is public/);
    assert.doesNotMatch(theirs[0] ?? "", /anonymousRead/, "it is refused for an existing bucket");
    const detectorBucket = { ...complete.detectorBucket, anonymousRead: true };
    assert.deepEqual(await warnings({ detectorBucket }), []);
  });

  it("lists the use cases if none is selected, with commands that select one", async () => {
    const config = stackConfig({ useCases: {} });
    const { warnings } = await record(wholeProgram, { config, secretKeys, preview: true });
    const [warning, ...others] = warnings.filter((text) => text.includes("no use case"));
    assert.deepEqual(others, []);
    for (const name of [DOGS, FINBERT]) {
      assert.ok(
        warning?.includes(`\`pulumi config set --path useCases.${name}.data.keep false\``),
        warning,
      );
    }
    const pipelines = (recording: Recording) =>
      recording.registrations.filter(({ type }) => type === "pachyderm:index:Pipeline").length;
    assert.equal(pipelines(await run({ [DOGS]: "{}" })), 2, "the command stores text");
  });

  it("warns once about a problem of all namespaces", async () => {
    const dedicated = { namespace: true };
    const useCases = { [DOGS]: { dedicated }, [FINBERT]: { dedicated } };
    const config = stackConfig({ useCases });
    const { warnings } = await record(wholeProgram, { config, secretKeys, preview: true });
    assert.equal(warnings.filter((warning) => warning.includes("serviceAccountKey")).length, 1);
  });

  it("says how to acknowledge a warning whose key is set to false, which excludes further keys", async () => {
    const config = stackConfig({ acknowledge: { "missing-artefacts": false } });
    const { warnings } = await record(wholeProgram, { config, secretKeys, preview: true });
    const [, hint] = /\(to acknowledge it: (.*)\)$/.exec(
      warnings.find((text) => text.includes("acknowledge.missing-artefacts")) ?? "",
    ) ?? [""];
    assert.match(
      hint ?? "",
      /^`pulumi config rm --path acknowledge\.missing-artefacts` and `pulumi config set --path acknowledge\.missing-artefacts\.\S+ true`$/,
    );
  });

  it("does not repeat a warning that the stack acknowledges, and says how to acknowledge the others", async () => {
    const warningsOf = async (acknowledge: object) => {
      const config = stackConfig({ acknowledge });
      return (await record(wholeProgram, { config, secretKeys, preview: true })).warnings;
    };
    const bucket = complete.detectorBucket.name;
    const all = [
      `detectors-without-credentials.${DOGS}`,
      `missing-artefacts.${bucket}`,
      "missing-serving-key",
    ];
    assert.deepEqual(acknowledgedBy(await warningsOf({})), all);
    assert.deepEqual(
      acknowledgedBy(await warningsOf({ "missing-artefacts": true, "missing-serving-key": false })),
      all.filter((name) => !name.startsWith("missing-artefacts")),
    );
    for (const nothing of [
      Object.fromEntries(all.map((name) => [name.split(".")[0], true])),
      {
        "detectors-without-credentials": { [DOGS]: true },
        "missing-artefacts": { [bucket]: true },
        "missing-serving-key": true,
      },
    ]) {
      assert.deepEqual(await warningsOf(nothing), []);
    }
  });

  it("warns again about a bucket and a use case that are added after acknowledging", async () => {
    const warningsOf = async (useCases: object, bucket: string) => {
      const config = stackConfig({
        useCases,
        detectorBucket: { ...complete.detectorBucket, name: bucket },
        acknowledge: {
          "detectors-without-credentials": { [DOGS]: true },
          "missing-artefacts": { first: true },
          "missing-serving-key": true,
        },
      });
      return (await record(wholeProgram, { config, secretKeys, preview: true })).warnings;
    };
    assert.deepEqual(await warningsOf({ [DOGS]: {} }, "first"), []);
    assert.deepEqual(acknowledgedBy(await warningsOf({ [DOGS]: {} }, "the.second")), [
      'missing-artefacts["the.second"]',
    ]);
    const dedicated = { bucket: true };
    const added = await warningsOf({ [DOGS]: {}, [FINBERT]: { dedicated } }, "first");
    assert.deepEqual(acknowledgedBy(added), [
      `detectors-without-credentials.${FINBERT}`,
      `missing-artefacts.first-${FINBERT}`,
    ]);
    assert.match(added.join(), new RegExp(`deployment image of ${FINBERT} gives`));
  });

  it("uses existing objects without owning them", async () => {
    const recording = await run(
      { [DOGS]: { data: { repo: "pets", existing: true } } },
      {
        detectorBucket: { name: "theirs", existing: true },
        seldon: { namespace: "models", existing: true },
        namePrefix: "pr-1-",
      },
    );
    const types = recording.registrations.map(({ type }) => type);
    for (const type of ["gcp:storage/bucket:Bucket", "kubernetes:core/v1:Namespace"]) {
      assert.equal(types.includes(type), false, type);
    }
    assert.equal(types.includes("pachyderm:index:Repo"), false);
    assert.deepEqual(recording.reads.map(({ name, id }) => `${name} ${id}`).sort(), [
      "detectors-bucket theirs",
      `${DOGS}-data default/pets`,
      "seldon-namespace models",
    ]);
    assert.equal(secretValue(recording, "pipelines-secret", "sel_namespace"), "models");
    const { stdin } = specOf(recording, `${DOGS}-deployment`).transform;
    assert.match(stdin[0] ?? "", /--detect-bucket-uri gs:\/\/theirs /);
  });

  it("lets Seldon, a different principal or no one read each data repo", async () => {
    const readers = async (seldon?: object) =>
      (await run({ [DOGS]: {}, [FINBERT]: {} }, { seldon })).registrations
        .filter(({ type }) => type === "pachyderm:index:RoleBinding")
        .map(({ inputs }) => `${inputs.principal} ${inputs.repo}`)
        .sort();
    assert.deepEqual(await readers(), ["robot:seldon dogs-and-cats", "robot:seldon finbert-data"]);
    assert.deepEqual(await readers({ dataReader: "group:ml" }), [
      "group:ml dogs-and-cats",
      "group:ml finbert-data",
    ]);
    assert.deepEqual(await readers({ dataReader: "" }), []);
  });

  it("grants access to an existing repo only on request, with one binding for all use cases", async () => {
    const bindings = async (data: object, other: object = data) =>
      (await run({ [DOGS]: { data }, [FINBERT]: { data: other } })).registrations
        .filter(({ type }) => type === "pachyderm:index:RoleBinding")
        .map(({ name, inputs }) => `${name}: ${inputs.principal} ${inputs.repo}`);
    const theirs = { repo: "pets", existing: true };
    const asked = { ...theirs, grantReader: true };
    assert.deepEqual(await bindings(theirs), []);
    assert.deepEqual(await bindings(asked), ["pets-reader: robot:seldon pets"]);
    assert.deepEqual(await bindings(theirs, asked), ["pets-reader: robot:seldon pets"]);
  });

  it("keeps what a use case or the whole stack requests, including what is dedicated", async () => {
    const retained = async (useCases: object, changes: object = {}) =>
      (
        await run(useCases as Parameters<typeof run>[0], { disposable: true, ...changes })
      ).registrations
        .filter(({ retainOnDelete }) => retainOnDelete)
        .map(({ name }) => name)
        .sort();
    const dedicated = { bucket: true, namespace: true };
    const own = [`${DOGS}-data`, `${DOGS}-detectors-bucket`, `${DOGS}-seldon-namespace`];
    assert.deepEqual(await retained({ [DOGS]: { dedicated } }), []);
    assert.deepEqual(await retained({ [DOGS]: { dedicated, data: { keep: true } } }), own);
    assert.deepEqual(await retained({ [DOGS]: { dedicated } }, { data: { keep: true } }), [
      "detectors-bucket",
      ...own,
      "seldon-namespace",
    ]);
  });
});
