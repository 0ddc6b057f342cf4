import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { transformSync } from "esbuild";
import fc from "fast-check";
import { stringify } from "yaml";
import { isMap, type Value } from "../../../../providers/kit/values";
import { diffSpecs } from "../../../../providers/pachyderm/client";
import { type FieldType, MESSAGES, ROOT } from "../../../../providers/pachyderm/spec/fields";
import { type CheckedSpec, checkSpecs, nameOf } from "../../../../scripts/adopt/check/check-specs";
import { type Built, buildDefinition } from "../../../../scripts/adopt/definition/build-definition";
import type { StackAdditions } from "../../../../scripts/adopt/definition/take-apart";
import { readPipelineFile, readPipelines } from "../../../../scripts/adopt/read/pipeline-files";
import { useCaseSource } from "../../../../scripts/adopt/write/typescript";
import { useCases } from "../../../../use-cases";
import type { UseCaseDefinition } from "../../../../use-cases/definition";
import { record, wholeProgram } from "../../../support/program-recorder";
import { credentials, secretKeys, stackConfig } from "../../../support/stack-config";
import { arbitrarySpec, respell } from "../../providers/pachyderm/spec/arbitrary-spec";

const FIXTURES = join(__dirname, "../../../fixtures/adopt");

/** A use case as adopt writes it. */
interface Written {
  readonly specs: readonly CheckedSpec[];
  readonly built: Built;
  readonly source: string;
}

function additionsOf(specs: readonly CheckedSpec[], prefix = ""): StackAdditions {
  const project = specs[0]?.project ?? "default";
  return { prefix, project, secret: `${prefix}pipeline-secret` };
}

async function write(specs: readonly CheckedSpec[], additions: StackAdditions): Promise<Written> {
  const built = await buildDefinition(specs, { additions, ownershipOf: () => "existing" });
  return { specs, built, source: useCaseSource("adopted", "Adopted.", built.definition) };
}

function evaluate({ source }: Written): UseCaseDefinition {
  const { code } = transformSync(source, { loader: "ts", format: "cjs" });
  const module = { exports: {} as { adopted: UseCaseDefinition } };
  new Function("module", "exports", code)(module, module.exports);
  return module.exports.adopted;
}

/** The specs that the program creates from use cases, by `PROJECT/NAME`. */
async function program(
  written: Readonly<Record<string, Written>>,
  { prefix, project }: StackAdditions,
): Promise<ReadonlyMap<string, Value>> {
  const registry = useCases as Record<string, UseCaseDefinition>;
  const names = Object.keys(written);
  for (const name of names) registry[name] = evaluate(written[name] as Written);
  try {
    const { registrations, rejections } = await record(wholeProgram, {
      config: stackConfig({
        pachyderm: { address: "http://localhost:30656", project },
        namePrefix: prefix,
        useCases: Object.fromEntries(names.map((name) => [name, {}])),
        credentials: { ...credentials, hf_token: "canary" },
      }),
      secretKeys,
    });
    assert.deepEqual(rejections, []);
    const specs = registrations
      .filter(({ type }) => type === "pachyderm:index:Pipeline")
      .map(({ inputs }) => inputs.spec as Value);
    return new Map(specs.map((spec) => [idOf(spec, project), spec]));
  } finally {
    for (const name of names) delete registry[name];
  }
}

function idOf(spec: Value, project: string): string {
  const own = nameOf(spec, { project });
  return `${own.project}/${own.name}`;
}

let nextName = 0;

/** A spec in camelCase with the fields that Pachyderm requires; names that it adds differ. */
function completed(value: Value | undefined, type: FieldType): Value {
  if (type.kind === "list") {
    return Array.isArray(value) ? value.map((item) => completed(item, type.item)) : [];
  }
  if (type.kind === "enum") return value ?? type.names[1] ?? null;
  if (type.kind !== "message") return value ?? `x${nextName++}`;
  const given = { ...(isMap(value) ? value : {}) };
  // only one pipeline can create a repo
  if (type.message === "CronInput") {
    given.name = `x${nextName++}`;
    if (given.repo !== undefined) given.repo = `${given.name}-ticks`;
  }
  const fields = Object.entries(MESSAGES[type.message].fields).filter(
    ([name, { required }]) => required || given[name] !== undefined,
  );
  return Object.fromEntries(
    fields.map(([name, field]) => [name, completed(given[name], field.type)]),
  );
}

/** Asserts that the program creates what was adopted. */
function requireSame(
  made: ReadonlyMap<string, Value>,
  { specs }: Written,
  { project }: StackAdditions,
): void {
  for (const { spec } of specs) {
    const found = made.get(idOf(spec, project));
    assert.ok(found !== undefined, `${idOf(spec, project)} is not made`);
    assert.deepEqual(diffSpecs(spec, found, { project }), [], JSON.stringify(found));
  }
}

describe("adopted pipelines", () => {
  const files = readdirSync(FIXTURES);
  const written: Record<string, Written> = {};

  before(async () => {
    for (const file of files) {
      const found = readPipelineFile(join(FIXTURES, file));
      const { specs, problems } = checkSpecs(found, { project: "default", plainEnv: new Set() });
      assert.deepEqual(problems, [], file);
      written[basename(file).replace(/\.\w+$/, "")] = await write(specs, additionsOf(specs));
    }
  });

  it("come from more than fifteen files like those of new users", () => {
    assert.ok(files.length > 15);
  });

  it("are created again by the program, all of them in one stack", async () => {
    const { "other-project": other, ...rest } = written;
    assert.ok(other !== undefined);
    const additions = additionsOf([]);
    const made = await program(rest, additions);
    for (const each of Object.values(rest)) requireSame(made, each, additions);
    const planning = additionsOf(other.specs);
    assert.equal(planning.project, "planning");
    requireSame(await program({ other }, planning), other, planning);
  });

  it("become a training and a deployment if they match them exactly", () => {
    const { definition, members } = written["train-and-deploy"]?.built ?? assert.fail();
    assert.deepEqual(
      members.map(({ part }) => part),
      ["training", "deployment", "pipelines.churn-report"],
    );
    assert.deepEqual(definition.data, { repo: "customers", existing: true });
    assert.equal(definition.training?.model, "customer churn");
    assert.deepEqual(definition.training?.extraArgs, ["--no-incremental", "--note", "it's new"]);
    assert.equal(definition.deployment?.detectBatchSize, 32);
  });

  it("read the stack's Secret by its keys if that results in the same list", () => {
    const { pipelines } = written["mounted-secrets"]?.built.definition ?? assert.fail();
    assert.deepEqual(pipelines?.upload?.secretKeys, ["det_user", "det_password"]);
    const other = written["secret-in-the-middle"]?.built.definition;
    assert.equal(other?.pipelines?.query?.secretKeys, undefined);
  });

  it("declare the repos that they read as existing, except those that they create", () => {
    const repos = (name: string) => Object.keys(written[name]?.built.definition.repos ?? {});
    assert.deepEqual(repos("documents"), ["raw"]);
    assert.deepEqual(repos("cron"), ["orders"]);
    assert.deepEqual(repos("metadata"), [], "another project");
    assert.deepEqual(repos("other-project"), ["history"]);
  });

  it("are created again under the stack's prefix", async () => {
    const text = `
pipeline: {name: pr-1-a}
input: {cross: [{pfs: {repo: raw, glob: /}}, {cron: {name: tick, spec: "@daily", repo: pr-1-t}}]}
transform: {image: "a:1", cmd: [a], secrets: [{name: pr-1-pipeline-secret, key: det_user, env_var: DET_USER}]}
---
pipeline: {name: pr-1-b}
input: {union: [{pfs: {repo: pr-1-a, glob: /}}, {pfs: {repo: pr-1-t, glob: /}}]}
transform: {image: "b:1", cmd: [b]}
`;
    const options = { project: "default", plainEnv: new Set<string>() };
    const { specs, problems } = checkSpecs(readPipelines(text, "x.yaml"), options);
    assert.deepEqual(problems, []);
    const additions = additionsOf(specs, "pr-1-");
    const one = await write(specs, additions);
    assert.deepEqual(Object.keys(one.built.definition.pipelines ?? {}), ["a", "b"]);
    requireSame(await program({ one }, additions), one, additions);
  });

  it("are created again, whatever their specs", async function () {
    this.timeout(30_000);
    const additions = additionsOf([]);
    const arbitraryFile = fc
      .tuple(
        fc.array(arbitrarySpec, { minLength: 1, maxLength: 12 }),
        fc.infiniteStream(fc.boolean()),
        fc.boolean(),
      )
      .map(([specs, choices, isJson]) => {
        const choose = () => choices.next().value;
        const named = specs.map((spec, index) => ({ ...spec, pipeline: { name: `p${index}` } }));
        const texts = named.map((spec) => {
          const written = respell(completed(spec, { kind: "message", message: ROOT }), choose);
          return isJson ? JSON.stringify(written) : stringify(written);
        });
        return isJson ? texts.join("\n") : texts.join("---\n");
      });
    await fc.assert(
      fc.asyncProperty(arbitraryFile, async (text) => {
        const specs = readPipelines(text, "standard input").map(
          (found): CheckedSpec => ({ ...found, ...nameOf(found.spec, additions) }),
        );
        const one = await write(specs, additions);
        requireSame(await program({ one }, additions), one, additions);
      }),
      { numRuns: 5 },
    );
  });
});
