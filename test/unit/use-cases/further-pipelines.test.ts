import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { readConfig } from "../../../config";
import { requiredCredentials } from "../../../config/required-credentials";
import { candidates } from "../../../program/adoption/candidates";
import { members } from "../../../program/change-costs/members";
import { repoNeeds } from "../../../scripts/doctor/checks/pachyderm-needs";
import { useCases } from "../../../use-cases";
import type { PipelineDefinition, UseCaseDefinition } from "../../../use-cases/definition";
import { named, type Recording, record, wholeProgram } from "../../support/program-recorder";
import { credentials, secretKeys, stackConfig } from "../../support/stack-config";
import { trained } from "../../support/trained";

const registry = useCases as Record<string, UseCaseDefinition>;
const dogs = trained(useCases["image-classification"]);

type Input = NonNullable<PipelineDefinition["spec"]["input"]>;

const pipeline = (name: string, input: Input, more: object = {}): PipelineDefinition => ({
  spec: { pipeline: { name }, transform: { image: `${name}:1`, cmd: ["sh"] }, input, ...more },
});
const pfs = (repo: string, more: object = {}) => ({ pfs: { repo, glob: "/", ...more } });

/** A use case with a schedule, a cross of two repos, and a pipeline that reads another one's output. */
const reports: UseCaseDefinition = {
  repos: { prices: { description: "a file a day" }, currencies: { existing: true } },
  pipelines: {
    summary: pipeline("price-summary", pfs("price-table")),
    table: pipeline("price-table", {
      cross: [pfs("prices"), pfs("currencies"), { cron: { name: "tick", spec: "@daily" } }],
    }),
  },
};

interface Spec {
  readonly pipeline: { readonly name: string };
  readonly input: Record<string, unknown>;
  readonly transform: { readonly secrets?: readonly object[]; readonly image: string };
  readonly resourceLimits?: object;
}

const specOf = (recording: Recording, name: string) => named(recording, name).inputs.spec as Spec;

/** The names of the resources that a resource depends on. */
const waits = (recording: Recording, name: string) => {
  const urns = new Map(recording.registrations.map((each) => [each.urn, each.name]));
  return named(recording, name).dependencies.map((urn) => urns.get(urn));
};

describe("the further pipelines of a use case", () => {
  const added: string[] = [];
  /** Selects the definitions of a test. */
  const define = (definitions: Readonly<Record<string, UseCaseDefinition>>) => {
    for (const [name, definition] of Object.entries(definitions)) {
      registry[name] = definition;
      added.push(name);
    }
    return Object.fromEntries(Object.keys(definitions).map((name) => [name, {}]));
  };
  afterEach(() => {
    for (const name of added.splice(0)) delete registry[name];
  });

  const run = (
    definitions: Readonly<Record<string, UseCaseDefinition>>,
    { useCases: overrides = {}, preview = false, ...changes }: Record<string, unknown> = {},
  ) => {
    const selected = { ...define(definitions), ...(overrides as object) };
    const config = stackConfig({ useCases: selected, ...changes });
    return record(wholeProgram, { config, secretKeys, preview: preview === true });
  };
  const read = (
    definitions: Readonly<Record<string, UseCaseDefinition>>,
    { useCases: overrides = {}, ...changes }: Record<string, unknown> = {},
  ) => {
    const selected = { ...define(definitions), ...(overrides as object) };
    pulumi.runtime.setAllConfig(stackConfig({ useCases: selected, ...changes }), secretKeys);
    return readConfig();
  };
  const refusal = (...args: Parameters<typeof read>): string => {
    try {
      read(...args);
    } catch (error) {
      assert.ok(pulumi.RunError.isInstance(error), `no RunError: ${error}`);
      return (error as Error).message;
    }
    return assert.fail("the configuration was accepted");
  };

  it("are all that a use case without training creates, each after those that it reads", async () => {
    const recording = await run({ reports });
    const own = recording.registrations.filter(({ type }) => /^pachyderm:.*:[RPB]/.test(type));
    assert.deepEqual(own.map(({ name }) => name).sort(), [
      "reports-prices-repo",
      "reports-summary-pipeline",
      "reports-table-pipeline",
    ]);
    assert.deepEqual(recording.reads, [
      { type: "pachyderm:index:Repo", name: "reports-currencies-repo", id: "default/currencies" },
    ]);
    assert.ok(waits(recording, "reports-table-pipeline").includes("reports-prices-repo"));
    assert.ok(waits(recording, "reports-summary-pipeline").includes("reports-table-pipeline"));
    assert.deepEqual(named(recording, "reports-prices-repo").inputs, {
      name: "prices",
      description: "a file a day",
    });
    const { table } = reports.pipelines ?? assert.fail();
    assert.deepEqual(specOf(recording, "reports-table-pipeline"), table?.spec);
    assert.deepEqual(recording.warnings, []);
    const [, outputs] = recording.outputs.find(([urn]) => urn.endsWith("::reports")) ?? [];
    const [, ofStack] = recording.outputs.find(([urn]) => urn.includes("pulumi:Stack::")) ?? [];
    assert.deepEqual(ofStack?.useCases, {
      reports: "summary PIPELINE_RUNNING, table PIPELINE_RUNNING",
    });
    assert.deepEqual(outputs?.repoStays, {
      "reports-prices-repo": true,
      "reports-currencies-repo": true,
    });
  });

  it("get the prefix if the stack creates them, and read existing repos under their own names", async () => {
    const recording = await run({ reports }, { namePrefix: "pr-7-" });
    assert.equal(named(recording, "reports-prices-repo").inputs.name, "pr-7-prices");
    const table = specOf(recording, "reports-table-pipeline");
    assert.equal(table.pipeline.name, "pr-7-price-table");
    assert.deepEqual(table.input, {
      cross: [pfs("pr-7-prices"), pfs("currencies"), { cron: { name: "tick", spec: "@daily" } }],
    });
    const { input } = specOf(recording, "reports-summary-pipeline");
    assert.deepEqual(input, pfs("pr-7-price-table"));
  });

  it("read repos of schedules and of the stack's project, but not those of other projects", async () => {
    const input = {
      union: [
        pfs("price-table_tick"),
        pfs("ticks"),
        pfs("prices", { project: "default", name: "own" }),
        pfs("prices", { project: "team", name: "theirs" }),
      ],
    };
    const clock = pipeline("clock", { cron: { name: "c", spec: "@daily", repo: "ticks" } });
    const pipelines = { late: pipeline("late", input), clock, ...reports.pipelines };
    const recording = await run({ reports: { ...reports, pipelines } }, { namePrefix: "a-" });
    assert.deepEqual(specOf(recording, "reports-late-pipeline").input, {
      union: [
        pfs("a-price-table_tick"),
        pfs("a-ticks"),
        pfs("a-prices", { project: "default", name: "own" }),
        pfs("prices", { project: "team", name: "theirs" }),
      ],
    });
    assert.deepEqual(specOf(recording, "reports-clock-pipeline").input, {
      cron: { name: "c", spec: "@daily", repo: "a-ticks" },
    });
    const before = waits(recording, "reports-late-pipeline");
    for (const name of ["table-pipeline", "clock-pipeline", "prices-repo"])
      assert.ok(before.includes(`reports-${name}`), name);
  });

  it("read and feed the training and the deployment of their use case", async () => {
    const mine = {
      ...dogs,
      data: { repo: "clean", existing: true },
      repos: { raw: {} },
      pipelines: {
        after: pipeline("after", {
          cross: [pfs("dogs-and-cats-model"), pfs("dogs-and-cats-deploy")],
        }),
        clean: pipeline("clean", pfs("raw")),
      },
    };
    const recording = await run({ mine }, { namePrefix: "b-" });
    assert.deepEqual(recording.reads, []);
    const training = specOf(recording, "mine-training-pipeline");
    assert.equal((training.input.pfs as { repo: string }).repo, "b-clean");
    assert.ok(waits(recording, "mine-training-pipeline").includes("mine-clean-pipeline"));
    const before = waits(recording, "mine-after-pipeline");
    for (const name of ["training", "deployment"])
      assert.ok(before.includes(`mine-${name}-pipeline`), name);
  });

  it("read data at the branch that the use case has of an existing repo", async () => {
    const pipelines = { stats: pipeline("stats", pfs("dogs-and-cats")) };
    const recording = await run(
      { mine: { ...dogs, pipelines } },
      { namePrefix: "b-", useCases: { mine: { data: { existing: true, branch: "master" } } } },
    );
    assert.deepEqual(specOf(recording, "mine-stats-pipeline").input, {
      pfs: { repo: "dogs-and-cats", glob: "/", branch: "b-mine" },
    });
    assert.ok(waits(recording, "mine-stats-pipeline").includes("mine-data-branch"));
  });

  it("read other use cases, which are created first whatever their order", async () => {
    const other: UseCaseDefinition = {
      repos: { prices: { existing: true } },
      pipelines: {
        all: pipeline("all", {
          cross: [pfs("price-summary"), pfs("prices"), pfs("dogs-and-cats")],
        }),
      },
    };
    const recording = await run({ other, reports, dogs }, { namePrefix: "c-" });
    assert.deepEqual(specOf(recording, "other-all-pipeline").input, {
      cross: [pfs("c-price-summary"), pfs("c-prices"), pfs("c-dogs-and-cats")],
    });
    const before = waits(recording, "other-all-pipeline");
    for (const name of ["reports-summary-pipeline", "reports-prices-repo", "dogs-data"])
      assert.ok(before.includes(name), name);
    // the stack's own repo is not read as an existing one
    assert.deepEqual(
      recording.reads.map(({ name }) => name),
      ["reports-currencies-repo"],
    );
  });

  it("feed a training of another use case", async () => {
    const data = { repo: "price-summary", existing: true, grantReader: true };
    const recording = await run({ learns: { ...dogs, data }, reports });
    assert.ok(waits(recording, "learns-training-pipeline").includes("reports-summary-pipeline"));
    assert.ok(waits(recording, "price-summary-reader").includes("reports-summary-pipeline"));
  });

  it("have the lifetime of data: protected, kept, or disposable", async () => {
    const ends = async (changes: Record<string, unknown>) => {
      const recording = await run({ reports }, changes);
      const repo = named(recording, "reports-prices-repo");
      const table = named(recording, "reports-table-pipeline");
      return [
        repo.protect,
        repo.retainOnDelete,
        table.protect,
        table.inputs.keepRepoOnDelete ?? false,
      ];
    };
    assert.deepEqual(await ends({}), [true, true, true, true]);
    assert.deepEqual(await ends({ disposable: true }), [false, false, false, false]);
    assert.deepEqual(await ends({ data: { keep: true } }), [false, true, false, true]);
    const useCases = { reports: { data: { keep: true } } };
    assert.deepEqual(await ends({ useCases }), [false, true, false, true]);
    const { notes } = await run({ reports }, { useCases, preview: true });
    assert.ok(
      notes.includes(
        'UseCase "reports": data.keep is set: further repos, results of further pipelines are kept when the use case leaves the stack',
      ),
      notes.join("\n"),
    );
  });

  it("get the keys of the Secret as variables, restart with them, and require them", async () => {
    const own = [{ name: "theirs", key: "k", env_var: "K" }];
    const spec = { transform: { image: "a:1", cmd: ["sh"], secrets: own } };
    const keyed = { ...pipeline("a", pfs("x"), spec), secretKeys: ["det_user", "hf_token"] };
    const mine = { pipelines: { a: keyed } };
    const all = { ...credentials, hf_token: "canary-token" };
    const recording = await run({ mine }, { credentials: all, namePrefix: "d-" });
    const { inputs } = named(recording, "mine-a-pipeline");
    assert.deepEqual((inputs.spec as Spec).transform.secrets, [
      ...own,
      { name: "d-pipeline-secret", key: "det_user", env_var: "DET_USER" },
      { name: "d-pipeline-secret", key: "hf_token", env_var: "HF_TOKEN" },
    ]);
    assert.deepEqual(Object.keys(inputs.restartTriggers as object), ["det_user", "hf_token"]);
    assert.deepEqual(requiredCredentials(["mine"]), ["det_user", "hf_token"]);
    assert.match(refusal({ mine }), /credentials\.hf_token is missing/);
  });

  it("take image, reprocess and resources of the stack, within the environment's limits", async () => {
    const gpu = { type: "nvidia.com/gpu", number: 1 };
    const more = {
      parallelism_spec: { constant: 8 },
      resource_limits: { cpu: 1 },
      sidecarResourceLimits: { cpu: 1, gpu },
    };
    const mine = { pipelines: { a: pipeline("a", pfs("x"), more) } };
    const overrides = { image: "a:2", reprocess: "again", resourceLimits: { cpu: 2, gpu } };
    const { inputs } = named(
      await run(
        { mine },
        {
          disposable: true,
          environment: { maxWorkers: 2, gpu: false },
          useCases: { mine: { pipelines: { a: overrides } } },
        },
      ),
      "mine-a-pipeline",
    );
    assert.deepEqual(inputs.spec, {
      ...pipeline("a", pfs("x")).spec,
      transform: { image: "a:2", cmd: ["sh"] },
      parallelism_spec: { constant: 2 },
      resourceLimits: { cpu: 2 },
      sidecarResourceLimits: { cpu: 1 },
    });
    assert.equal(inputs.reprocess, "again");
    assert.equal(inputs.reprocessHint, "pachyderm-seldon:useCases.mine.pipelines.a.reprocess");
  });

  it("count in the costs of a change, and are adopted by name", () => {
    const config = read(
      { reports },
      { namePrefix: "e-", useCases: { reports: { refuseWhileRunning: "30m" } } },
    );
    assert.deepEqual(
      members(config).map(({ name, refuseWhileRunning }) => [name, refuseWhileRunning]),
      [
        ["e-price-summary", "30m"],
        ["e-price-table", "30m"],
      ],
    );
    const found = candidates(config).filter(({ system }) => system === "pachyderm");
    assert.deepEqual(
      found.map((one) => [one.name, (one as { inputs: object }).inputs]),
      [
        ["reports-prices-repo", { name: "e-prices" }],
        ["reports-summary-pipeline", { spec: { pipeline: { name: "e-price-summary" } } }],
        ["reports-table-pipeline", { spec: { pipeline: { name: "e-price-table" } } }],
      ],
    );
  });

  it("read the models of another environment at the stack's own branch, without a training", async () => {
    const input = { cross: [pfs("dogs-and-cats-model"), pfs("dogs-and-cats")] };
    const mine = { ...dogs, pipelines: { check: pipeline("check", input) } };
    const useCases = { mine: { training: { defer: true }, data: { keep: true } } };
    const recording = await run({ mine }, { namePrefix: "b-", useCases });
    assert.deepEqual(specOf(recording, "mine-check-pipeline").input, {
      cross: [pfs("dogs-and-cats-model", { branch: "b-mine" }), pfs("dogs-and-cats")],
    });
    assert.equal(named(recording, "mine-check-pipeline").inputs.keepRepoOnDelete, true);
  });

  it("require the permissions on repos that the doctor checks", () => {
    const read_ = ["REPO_READ", "REPO_ADD_PIPELINE_READER", "REPO_REMOVE_PIPELINE_READER"];
    const needs = repoNeeds(read({ reports }, { namePrefix: "e-" }));
    assert.deepEqual(
      needs.map(({ repo, mustExist, permissions }) => [repo, mustExist, permissions]),
      [
        ["e-prices", false, ["REPO_WRITE", ...read_]],
        ["currencies", true, read_],
        ["e-price-summary", false, ["REPO_WRITE"]],
        ["e-price-table", false, [...read_, "REPO_WRITE"]],
      ],
    );
  });

  it("are refused in a cycle, within a use case and between use cases", () => {
    const a = pipeline("a", pfs("b"));
    const b = pipeline("b", pfs("a"));
    assert.equal(
      refusal({ mine: { pipelines: { a, b } } }),
      "pachyderm-seldon:useCases.mine cannot be created: pipelines cannot read each other in a cycle: pipelines.a reads pipelines.b reads pipelines.a",
    );
    assert.equal(
      refusal({ mine: { pipelines: { a: pipeline("a", pfs("a")) } } }),
      "pachyderm-seldon:useCases.mine cannot be created: pipelines cannot read each other in a cycle: pipelines.a reads pipelines.a",
    );
    const clean = pipeline("clean", pfs("dogs-and-cats-model"));
    const mine = { ...dogs, data: { repo: "clean", existing: true }, pipelines: { clean } };
    assert.equal(
      refusal({ mine }),
      'pachyderm-seldon:useCases.mine.data.repo is "clean", but pipelines cannot read each other in a cycle: training reads pipelines.clean reads training: `pulumi config set --path useCases.mine.data.repo VALUE`',
    );
    assert.match(
      refusal({ one: { pipelines: { a } }, two: { pipelines: { b } } }),
      /useCases\.one cannot be created: pipelines\.a reads "b", but use cases cannot read each other in a cycle: one reads two reads one\n/,
    );
  });

  it("are refused with names that are already in use", () => {
    const a = pipeline("a", pfs("x"));
    assert.equal(
      refusal({ one: { pipelines: { a } }, two: { pipelines: { b: a } } }),
      'pachyderm-seldon:useCases.two has the pipeline name "a", which one also has: change it in use-cases/two',
    );
    assert.equal(
      refusal({ one: { pipelines: { a, b: a } } }),
      'pachyderm-seldon:useCases.one has the pipeline name "a" twice: change it in use-cases/one',
    );
    assert.equal(
      refusal({ one: { pipelines: { a }, repos: { a: {} } } }),
      'pachyderm-seldon:useCases.one has the repo "a", which is also the name of a repo of one; to read that repo, set existing for it in use-cases/one',
    );
    const ticks = pipeline("b", { cron: { name: "c", spec: "@daily", repo: "a" } });
    assert.match(refusal({ one: { pipelines: { a, ticks } } }), /has the repo name "a" twice/);
    const more = pipeline("d", { cron: { name: "c", spec: "@daily", repo: "a" } });
    assert.match(
      refusal({ one: { pipelines: { ticks, more } } }),
      /useCases\.one has the cron repo "a" twice: Pachyderm cannot delete either pipeline while the other reads it: in use-cases\/one, let one of them read the repo with a pfs input$/,
    );
    assert.match(
      refusal({
        one: { pipelines: { "b-c": a } },
        "one-b": { pipelines: { c: pipeline("c", pfs("x")) } },
      }),
      /one-b has a pipeline "c" whose resource would have the same name \(one-b-c-pipeline\) as "b-c" of one: change one of the keys$/,
    );
    const long = "n".repeat(49);
    assert.match(
      refusal({ one: { pipelines: { a: pipeline(long, pfs("x")) } } }, { namePrefix: "pr-7-" }),
      /namePrefix is "pr-7-", which results in the pipeline name "pr-7-n+"; that is 54 characters/,
    );
  });

  it("are refused with settings of parts that the use case does not have", () => {
    const problems = refusal(
      { reports },
      {
        useCases: {
          reports: {
            data: { repo: "x", keep: true },
            training: { image: "a:1" },
            dedicated: { namespace: true, secret: true },
            pipelines: { tabel: { image: "a:1" } },
          },
        },
      },
    ).split("\n");
    const key = "pachyderm-seldon:useCases.reports";
    assert.deepEqual(
      problems.slice(1).map((line) => line.trim().replace(/ \(to remove it.*/, "")),
      [
        `${key}.training has no effect, because use-cases/reports has no training`,
        `${key}.data.repo has no effect, because use-cases/reports has no training`,
        `${key}.dedicated.namespace has no effect, because use-cases/reports has no deployment`,
        `${key}.pipelines.tabel is not one of the pipelines in use-cases/reports; expected one of summary, table`,
      ],
    );
  });
});
