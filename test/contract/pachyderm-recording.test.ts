import assert from "node:assert/strict";
import { InMemorySecrets } from "../../sandbox/stand-ins/pachyderm/secrets";
import {
  type Pachyderm,
  type PachydermOptions,
  startPachyderm,
} from "../../sandbox/stand-ins/pachyderm/server";
import { type Answer, callPachyderm } from "../support/pachyderm-calls";
import {
  assertStepsExist,
  Comparison,
  type RecordedStep,
  readRecording,
} from "../support/pachyderm-replay";

const ROOT_TOKEN = "root-token";
/** Recorded pods never came up for long enough to start a job. */
const NEVER_MS = 3_600_000;

/** Steps at which the stand-in differs on purpose, with the reason. At present it never does. */
const DIFFERENCES: Readonly<Record<string, string>> = {};

/** What happened between recorded calls, by the step that it happened before. */
type OffTheRecord = Readonly<Record<string, (replay: Replay) => Promise<void>>>;

interface Scenario {
  readonly recording: string;
  readonly options: PachydermOptions;
  readonly offTheRecord: OffTheRecord;
  /** How long the recorder waited before a step, in milliseconds. */
  readonly waits: Readonly<Record<string, number>>;
}

class Replay {
  readonly comparison = new Comparison();
  readonly secrets = new InMemorySecrets();
  #server: Pachyderm | undefined;
  #transactions = 0;
  #time = Date.parse("2026-11-23T21:11:38.602Z");

  readonly #options: PachydermOptions;

  constructor(options: PachydermOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    this.#server = await startPachyderm({
      ...this.#options,
      secrets: this.secrets,
      now: () => this.#time,
    });
  }

  get running(): Pachyderm {
    assert.ok(this.#server);
    return this.#server;
  }

  /** Some recordings number the transactions. */
  nameTransaction(id: string): void {
    this.comparison.pair(`<transaction ${++this.#transactions}>`, id);
  }

  wait(ms: number): void {
    this.#time += ms;
  }

  send(step: RecordedStep): Promise<Answer> {
    const { request, headers } = this.comparison.translate({
      request: step.request,
      headers: { "Authn-Token": ROOT_TOKEN, ...step.headers },
    });
    const present = Object.entries(headers).filter(
      (entry): entry is [string, string] => entry[1] !== null,
    );
    const message = "raw" in request ? request.raw : request;
    return callPachyderm(this.running.address, step.rpc, message, {
      headers: Object.fromEntries(present),
    });
  }

  /** A call that the recording does not show. It has to succeed. */
  async call(rpc: string, message: object): Promise<Answer> {
    const headers = { "Authn-Token": ROOT_TOKEN };
    const answer = await callPachyderm(this.running.address, rpc, message, { headers });
    assert.equal(answer.status, 200, answer.text);
    return answer;
  }

  createRepo(name: string) {
    return this.call("pfs_v2.API/CreateRepo", { repo: { name, type: "user" } });
  }

  deleteRepo(name: string, force = false) {
    return this.call("pfs_v2.API/DeleteRepo", { repo: { name, type: "user" }, force });
  }

  createPipeline(spec: object, update = false) {
    return this.call("pps_v2.API/CreatePipelineV2", {
      createPipelineRequestJson: JSON.stringify(spec),
      update,
    });
  }

  async deletePipelines(...names: string[]) {
    for (const name of names) await this.call("pps_v2.API/DeletePipeline", { pipeline: { name } });
  }
}

const pipelineReading = (name: string, repo: string, transform: object = IMAGE) => ({
  pipeline: { name },
  input: { pfs: { repo, glob: "/" } },
  transform,
});
const IMAGE = { cmd: ["/bin/sh"], stdin: ["true"], image: "img:1" };

const OFF_THE_RECORD: OffTheRecord = {
  "create with a missing secret key": async ({ secrets }) =>
    secrets.set("default", "pipeline-secret", ["det_master"]),
  "delete a repo": (replay) => replay.deletePipelines("secretive", "auto", "failing"),
  "in transaction: update of a live pipeline": async (replay) => {
    await replay.createRepo("live-in");
    await replay.createPipeline(pipelineReading("live", "live-in"));
  },
  "role binding": async (replay) => {
    await replay.deletePipelines("live");
    await replay.deleteRepo("live-in");
  },
};

/** Objects that were left from earlier use of that server. */
async function leftovers(replay: Replay): Promise<void> {
  await replay.createRepo("dogs-and-cats");
  await replay.createPipeline(pipelineReading("m", "dogs-and-cats", { cmd: ["sh"] }));
  await replay.createPipeline(
    pipelineReading("m", "dogs-and-cats", { cmd: ["sh"], image: "x" }),
    true,
  );
  await replay.createRepo("in");
  await replay.createPipeline(pipelineReading("w", "in", { cmd: ["sh"] }));
  await replay.deleteRepo("in", true);
  replay.wait(60_000);
  replay.running.setPipelineState(
    "default/m",
    "PIPELINE_FAILURE",
    'could not update resources after 3 attempts: could not update resource for pipeline "default/m": apply side effect KUBERNETES_RESOURCES (UP): error creating resources: ReplicationController "default-m-v2" is invalid: [spec.template.spec.volumes[5].secret.secretName: Required value, spec.template.spec.volumes[5].name: Required value, spec.template.spec.containers[1].volumeMounts[3].name: Required value, spec.template.spec.containers[1].volumeMounts[3].name: Not found: ""]',
  );
}

const TRIGGERED = {
  pipeline: { name: "left" },
  input: { pfs: { repo: "in", glob: "/", trigger: { branch: "master", size: "1K" } } },
  transform: IMAGE,
};

const EDGES_OFF_THE_RECORD: OffTheRecord = {
  "delete a repo with a left trigger by force": async (replay) => {
    await replay.createRepo("in");
    await replay.call("pfs_v2.API/CreateBranch", {
      branch: { repo: { name: "in", type: "user" }, name: "master" },
    });
    await replay.createPipeline(TRIGGERED);
    await replay.deletePipelines("left");
  },
  "start a commit": (replay) => replay.createRepo("in").then(() => undefined),
  "delete the branch": (replay) => replay.deletePipelines("t2", "t"),
};

const SCENARIOS: readonly Scenario[] = [
  {
    recording: "recorded-2.11.6.json",
    options: {
      version: "2.11.6",
      delays: { pipelineMs: 3000, workersMs: NEVER_MS, jobStartMs: NEVER_MS },
    },
    offTheRecord: { ...OFF_THE_RECORD, version: leftovers },
    waits: { "inspect pipeline after 4 s": 4000, "start a commit in the input repo": 6000 },
  },
  {
    recording: "recorded-2.12-auth.json",
    options: {
      version: "2.12.0",
      rootToken: ROOT_TOKEN,
      // that server was slower to bring workers up
      delays: { pipelineMs: 8000, workersMs: NEVER_MS, jobStartMs: NEVER_MS },
    },
    offTheRecord: {
      ...OFF_THE_RECORD,
      "role binding on a repo": async (replay) => {
        await replay.createRepo("in");
        await replay.createRepo("in2");
        await replay.createPipeline(pipelineReading("p", "in"));
      },
      "robot token": async (replay) => {
        // the robot had a token from before; all of its tokens are counted later
        await replay.call("auth_v2.API/GetRobotToken", { robot: "outsider", ttl: 3600 });
      },
      "outsider: who am I": async ({ comparison }) => {
        // the recording has several names for the first token
        const token = comparison.translate("<the outsider's token>");
        comparison.pair("<token 1>", token);
        comparison.pair("6561d15366bc41259e3e614bf39a6185", token);
      },
    },
    waits: { "inspect pipeline after 4 s": 4000, "start a commit in the input repo": 16_000 },
  },
  {
    recording: "recorded-2.11.6-edges.json",
    options: {
      version: "2.11.6",
      delays: { pipelineMs: 3000, workersMs: NEVER_MS, jobStartMs: NEVER_MS },
    },
    offTheRecord: EDGES_OFF_THE_RECORD,
    waits: {},
  },
  {
    recording: "recorded-2.12-edges-auth.json",
    options: {
      version: "2.12.0",
      rootToken: ROOT_TOKEN,
      delays: { pipelineMs: 8000, workersMs: NEVER_MS, jobStartMs: NEVER_MS },
    },
    offTheRecord: EDGES_OFF_THE_RECORD,
    // a token that lives for one second
    waits: { "who am I with the expired token": 2000 },
  },
];

/** A pipeline `q` or `e` that was accepted was deleted at once. */
async function deleteAcceptedTrial(replay: Replay, previous: RecordedStep | undefined) {
  const { createPipelineRequestJson, dryRun } = previous?.request ?? {};
  if (previous?.response.status !== 200 || typeof createPipelineRequestJson !== "string" || dryRun)
    return;
  const spec = JSON.parse(createPipelineRequestJson) as { pipeline: { name: string } };
  if (/^[qe]$/.test(spec.pipeline.name)) await replay.deletePipelines(spec.pipeline.name);
}

for (const { recording, options, offTheRecord, waits } of SCENARIOS) {
  describe(`the sandbox's Pachyderm responds as in ${recording}`, () => {
    const steps = readRecording(recording);
    const replay = new Replay(options);

    before(async () => {
      for (const table of [offTheRecord, waits, DIFFERENCES])
        assertStepsExist(steps, Object.keys(table));
      await replay.start();
    });
    after(() => replay.running.close());

    for (const [index, step] of steps.entries()) {
      it(`${index}: ${step.step}`, async () => {
        await deleteAcceptedTrial(replay, steps[index - 1]);
        await offTheRecord[step.step]?.(replay);
        replay.wait(waits[step.step] ?? 10);
        const answer = await replay.send(step);
        const found = compare(replay.comparison, step, answer);
        if (step.rpc.endsWith("/StartTransaction") && answer.status === 200)
          replay.nameTransaction((answer.body as { id: string }).id);
        const reason = DIFFERENCES[step.step];
        if (reason === undefined) assert.deepEqual(found, []);
        else assert.notDeepEqual(found, [], `does not differ any more: ${reason}`);
      });
    }
  });
}

function compare(comparison: Comparison, step: RecordedStep, answer: Answer): string[] {
  const { status, contentType } = step.response;
  // some lists with a single item were recorded as that item
  const body =
    Array.isArray(answer.body) && !Array.isArray(step.response.body)
      ? [step.response.body]
      : step.response.body;
  const actual = isToken(body) ? pairToken(comparison, body.token, answer.body) : answer.body;
  return comparison.differences(
    { status, contentType, body },
    { status: answer.status, contentType: answer.headers["content-type"] ?? null, body: actual },
  );
}

/** Tokens were replaced by names in the recording. */
function isToken(body: unknown): body is { readonly token: string } {
  return typeof body === "object" && body !== null && "token" in body;
}

function pairToken(comparison: Comparison, recorded: string, body: { readonly token: string }) {
  assert.match(body.token, /^[0-9a-f]{32}$/);
  comparison.pair(recorded, body.token);
  return { ...body, token: recorded };
}
