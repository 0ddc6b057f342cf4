import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { Secret, UNKNOWN, type Value, type ValueMap } from "../../../../../../providers/kit/values";
import { PachydermPlugin } from "../../../../../../providers/pachyderm/plugin/plugin";
import {
  type Pachyderm,
  startPachyderm,
} from "../../../../../../sandbox/stand-ins/pachyderm/server";
import { ManagedResource } from "../../../../../support/managed-resource";
import { callPachyderm } from "../../../../../support/pachyderm-calls";
import { RecordingLog } from "../../../../../support/recording-log";

describe("a preview of pipelines and repos", () => {
  let server: Pachyderm;
  let log: RecordingLog;
  /** How far the server's clock is ahead, so that jobs are done. */
  let laterMs: number;
  let plugin: PachydermPlugin;

  beforeEach(async () => {
    laterMs = 0;
    server = await startPachyderm({
      delays: { pipelineMs: 10, jobMs: 60_000 },
      now: () => Date.now() + laterMs,
      recordRequests: true,
    });
    await restartPlugin();
  });
  afterEach(async () => {
    await plugin.close();
    await server.close();
  });

  async function restartPlugin(config: ValueMap = {}): Promise<void> {
    await plugin?.close();
    log = new RecordingLog();
    plugin = new PachydermPlugin("0.0.0", log, { environment: {} });
    await plugin.configure({ address: server.address, ...config }, undefined);
    server.requests.length = 0;
  }

  function repo(name: string): ManagedResource {
    return new ManagedResource(plugin, "pachyderm:index:Repo", name);
  }

  function pipeline(name: string): ManagedResource {
    return new ManagedResource(plugin, "pachyderm:index:Pipeline", name);
  }

  function reading(name: string, input: Value, spec: ValueMap = {}, more: ValueMap = {}): ValueMap {
    return {
      spec: {
        pipeline: { name },
        input: { pfs: { repo: input, glob: "/" } },
        transform: { image: "alpine:3", cmd: ["true"] },
        ...spec,
      },
      ...more,
    };
  }

  it("refuses what is planned in a project that does not exist, and says how to create it", async () => {
    await restartPlugin({ project: "nope" });
    const advice = /project "?nope"? (not found|does not exist).*pachctl create project nope/;
    await assert.rejects(repo("data").preview({ name: "data" }), advice);
    await assert.rejects(pipeline("a").preview(reading("a", "data")), advice);
  });

  function sent(rpc: string): number {
    return server.requests.filter((request) => request.rpc.endsWith(rpc)).length;
  }

  function messages(): string[] {
    return log.messages.map(({ severity, message }) => `${severity}: ${message}`);
  }

  it("validates a chain of new resources together on the server, and leaves nothing there", async () => {
    await repo("data").preview({ name: "data" });
    const state = await pipeline("a").preview(reading("a", "data"));
    await pipeline("b").preview(reading("b", state.outputRepo ?? null));
    assert.equal(sent("StartTransaction"), 1);
    assert.equal(sent("CreatePipelineV2"), 2);
    await plugin.close();
    assert.equal(sent("DeleteTransaction"), 1);
    const transactions = server.requests.filter(({ rpc }) => rpc.endsWith("FinishTransaction"));
    assert.deepEqual(transactions, []);
    await restartPlugin();
    assert.equal(await repo("data").up({ name: "data" }), "create");
  });

  it("fails with the server's message when the server would refuse the change", async () => {
    await assert.rejects(pipeline("a").preview(reading("a", "nope")), {
      message: /repo default\/nope not found/,
    });
  });

  it("does not fail because of a missing Secret that the same update can create", async () => {
    const secrets = [{ name: "pipeline-secret", key: "k", envVar: "K" }];
    await repo("data").preview({ name: "data" });
    const transform = { image: "alpine:3", cmd: ["true"], secrets };
    await pipeline("a").preview(reading("a", "data", { transform }));
    assert.equal(sent("CreatePipelineV2"), 1);
  });

  it("says that the branch of a trigger on a planned repo will be created, and knows its readers", async () => {
    const input = { pfs: { repo: "data", glob: "/", trigger: { size: "1K" } } };
    const program: [ManagedResource, ValueMap][] = [
      [repo("data"), { name: "data" }],
      [pipeline("a"), reading("a", "data", { input })],
      [pipeline("b"), reading("b", "a")],
    ];
    for (const [resource, inputs] of program) await resource.preview(inputs);
    assert.deepEqual(messages(), [
      "info: the pipeline's trigger follows the branch default/data@master, which does not " +
        "exist yet: an empty branch will be created. Pachyderm validates the pipeline in the " +
        "update",
    ]);
    for (const [resource, inputs] of program) await resource.up(inputs);
    await assert.rejects(pipeline("c").preview(reading("c", "nope")), /default\/nope not found/);
  });

  it("skips what is not fully known, and does not report its output repo as missing", async () => {
    await pipeline("a").preview(reading("a", UNKNOWN));
    await pipeline("b").preview(reading("b", "a"));
    await assert.rejects(pipeline("c").preview(reading("c", "nope")), /default\/nope not found/);
    assert.equal(sent("CreatePipelineV2"), 2);
  });

  it("validates nothing if validation is turned off", async () => {
    await restartPlugin({ previewValidation: "off" });
    await pipeline("a").preview(reading("a", "nope"));
    assert.deepEqual(
      server.requests.filter(({ rpc }) => !/Inspect|List/.test(rpc)),
      [],
    );
  });

  it("stops after 100 requests and says so once", async () => {
    for (let n = 0; n < 105; n++) await repo(`r${n}`).preview({ name: `r${n}` });
    assert.equal(sent("CreateRepo"), 100);
    assert.deepEqual(messages(), [
      "info: the first 100 changes were validated by Pachyderm, later changes are not: " +
        "validation ends after 15 s or 100 requests",
    ]);
  });

  describe("of many resources", () => {
    /**
     * What the previews so far cost the server: each request counts itself and those before it in
     * its transaction.
     */
    function replays(): number {
      const sizes = new Map<string, number>();
      let sum = 0;
      for (const { rpc, headers } of server.requests) {
        const transaction = headers["pach-transaction"];
        if (typeof transaction !== "string" || rpc.endsWith("Transaction")) continue;
        const size = (sizes.get(transaction) ?? 0) + 1;
        sizes.set(transaction, size);
        sum += size;
      }
      return sum;
    }

    const open = async () => {
      const { body } = await callPachyderm(
        server.address,
        "transaction_v2.API/ListTransaction",
        {},
      );
      return body.transactionInfo.length;
    };

    it("costs one request each for unrelated changes", async () => {
      await repo("data").up({ name: "data" });
      server.requests.length = 0;
      for (let n = 0; n < 15; n++) await pipeline(`p${n}`).preview(reading(`p${n}`, "data"));
      assert.equal(replays(), 15);
      assert.deepEqual(messages(), []);
      assert.ok((await open()) <= 8);
      await plugin.close();
      assert.equal(await open(), 0);
    });

    it("costs little for use cases of a repo and two pipelines each", async () => {
      for (let n = 0; n < 5; n++) {
        await repo(`data-${n}`).preview({ name: `data-${n}` });
        await pipeline(`train-${n}`).preview(reading(`train-${n}`, `data-${n}`));
        await pipeline(`deploy-${n}`).preview(reading(`deploy-${n}`, `train-${n}`));
      }
      assert.equal(replays(), 5 * (1 + 2 + 3));
      assert.equal(sent("CreateRepo") + sent("CreatePipelineV2"), 15);
      await plugin.close();
      assert.equal(await open(), 0);
    });

    it("grows linearly with the readers of one new repo", async () => {
      await repo("data").preview({ name: "data" });
      for (let n = 0; n < 15; n++) await pipeline(`p${n}`).preview(reading(`p${n}`, "data"));
      assert.ok(replays() <= 3 * 16, `${replays()}`);
    });

    it("combines changes from different transactions when necessary", async () => {
      await repo("a").preview({ name: "a" });
      await repo("b").preview({ name: "b" });
      await pipeline("left").preview(reading("left", "a"));
      await pipeline("right").preview(reading("right", "b"));
      const cross = ["left", "right"].map((name) => ({ pfs: { repo: name, glob: "/", name } }));
      await pipeline("both").preview(reading("both", "x", { input: { cross } }));
      const wrong = { input: { pfs: { repo: "both", glob: "/", branch: "no branch" } } };
      await assert.rejects(pipeline("end").preview(reading("end", "x", wrong)));
      assert.deepEqual(messages(), []);
      await plugin.close();
      assert.equal(await open(), 0);
    });

    it("reports a repeated change that is no longer valid", async () => {
      await repo("data").up({ name: "data" });
      await repo("new").preview({ name: "new" });
      await pipeline("a").preview(reading("a", "data"));
      server.loseRepo("default/data");
      const cross = ["a", "new"].map((name) => ({ pfs: { repo: name, glob: "/", name } }));
      await pipeline("b").preview(reading("b", "x", { input: { cross } }));
      assert.match(
        messages().join(),
        /^warning: no longer validated by Pachyderm: something that Pachy/,
      );
    });

    it("knows the repos that cron inputs create", async () => {
      const cron = { input: { cron: { name: "tick", spec: "@daily" } } };
      await pipeline("p").preview(reading("p", "x", cron));
      await pipeline("q").preview(reading("q", "p_tick"));
      assert.equal(sent("CreatePipelineV2"), 2);
    });

    it("knows names that unrelated resources use", async () => {
      await repo("data").preview({ name: "data" });
      for (let n = 0; n < 12; n++) await repo(`r${n}`).preview({ name: `r${n}` });
      await assert.rejects(repo("again").preview({ name: "r3" }), /is planned twice/);
      await assert.rejects(
        pipeline("p").preview(reading("r5", "data")),
        /repo default\/r5 already exists/,
      );
    });
  });

  it("continues with one warning when permissions are missing", async () => {
    server.failNext({
      rpc: "CreateRepo",
      mode: { status: 403, code: 7, message: "not authorized" },
    });
    await repo("a").preview({ name: "a" });
    await repo("b").preview({ name: "b" });
    assert.deepEqual(messages(), [
      "warning: not validated by Pachyderm: not authorized (pfs_v2.API/CreateRepo returned 403)",
    ]);
  });

  it("fails when the token is wrong", async () => {
    server.failNext({
      rpc: "StartTransaction",
      mode: { status: 401, code: 16, message: "provided auth token is corrupted" },
    });
    await assert.rejects(repo("a").preview({ name: "a" }), /auth token is corrupted/);
  });

  it("continues with one warning when Pachyderm restarts", async () => {
    server.failNext({ rpc: "StartTransaction", mode: { status: 503, code: 14, message: "soon" } });
    await repo("a").preview({ name: "a" });
    await repo("b").preview({ name: "b" });
    assert.deepEqual(messages(), [
      "warning: not validated by Pachyderm: soon (transaction_v2.API/StartTransaction returned 503)",
    ]);
  });

  it("says so when two resources of the program have the same name", async () => {
    await repo("data").preview({ name: "data" });
    await assert.rejects(repo("other").preview({ name: "data" }), {
      message:
        "repo default/data is planned twice: another resource of this program has the same name",
    });
    await pipeline("a").preview(reading("a", "data"));
    await assert.rejects(pipeline("b").preview(reading("a", "data")), {
      message:
        "pipeline default/a is planned twice: another resource of this program has the same name",
    });
  });

  it("explains a refusal as an update does", async () => {
    await repo("a").preview({ name: "a" });
    await repo("data").preview({ name: "data" });
    await assert.rejects(pipeline("p").preview(reading("a", "data")), {
      message:
        /^pipeline default\/a cannot be created: repo default\/a already exists.* pachctl delete repo/,
    });
  });

  it("allows a resource to be replaced by itself with deleteBeforeReplace", async () => {
    await repo("data").up({ name: "data" });
    await pipeline("a").up(reading("a", "data"));
    for (const [resource, inputs] of [
      [repo("data"), { name: "data" }],
      [pipeline("a"), reading("a", "data")],
    ] as const) {
      await resource.import(`default/${resource.name}`);
      await resource.check(inputs);
      resource.id = ""; // as a replacement: the create has only the inputs
      await resource.preview(inputs);
    }
    assert.deepEqual(messages(), [
      "info: pipeline default/a: replaced: no datum is processed; kills 1 job",
    ]);
  });

  it("refuses to create what is already in the state, as --replace does first, and says what to do", async () => {
    const a = pipeline("it's-a");
    await repo("data").up({ name: "data" });
    await a.up(reading("a", "data"));
    await restartPlugin();
    await describeStack([{ urn: a.urn, project: "default", name: "a" }]);
    // the engine provides neither the old inputs nor a diff
    const again = pipeline("it's-a");
    const message =
      "pipeline default/a already exists, because Pulumi creates a replacement before it deletes the " +
      "old resource: run the command without --replace (after `pulumi state taint`, first run `pulumi state untaint " +
      "'urn:pulumi:test::test::pachyderm:index:Pipeline::it'\\''s-a'`). To process all data again, " +
      "change `reprocess`; to start from scratch, run `pulumi destroy --target " +
      "'urn:pulumi:test::test::pachyderm:index:Pipeline::it'\\''s-a' --target-dependents`, which " +
      "deletes the data, then `pulumi up`";
    await assert.rejects(again.preview(reading("a", "data")), { message });
    await assert.rejects(again.up(reading("a", "data")), { message });
    // any other resource of that name belongs to someone else
    await assert.rejects(
      pipeline("b").preview(reading("a", "data")),
      /already exists\. To adopt it/,
    );
  });

  async function describeStack(resources: ValueMap[]): Promise<void> {
    const call = plugin.functions["pachyderm:index:describeStack"] ?? assert.fail();
    const args = { members: [], resources };
    const { signal } = new AbortController();
    const { failures = [] } = await call({
      token: "pachyderm:index:describeStack",
      args,
      signal,
    });
    assert.deepEqual(failures, []);
  }

  it("validates a resource that moves to a different default project, which its inputs do not set", async () => {
    const [data, a] = [repo("data"), pipeline("a")];
    await data.up({ name: "data" });
    await a.up(reading("a", "data"));
    for (const [make, old, inputs] of [
      [() => repo("data"), data, { name: "data" }],
      [() => pipeline("a"), a, reading("a", "data")],
    ] as const) {
      await restartPlugin({ project: "nowhere" });
      const moved = Object.assign(make(), { id: old.id, inputs: old.inputs, state: old.state });
      assert.match((await moved.diff(inputs)).join(), /\(replace\)/);
      // the engine checks a replacement again, without the old inputs, and then creates it
      Object.assign(moved, { id: "", inputs: {} });
      await assert.rejects(moved.preview(inputs), /project "?nowhere"? (not found|does not exist)/);
    }
  });

  for (const status of [500, 501]) {
    it(`warns once if the server starts no transaction (${status}), which says nothing about the change`, async () => {
      const mode = { status, code: 2, message: "oops" };
      server.failNext({ rpc: "StartTransaction", times: 9, mode });
      await repo("data").preview({ name: "data" });
      await pipeline("a").preview(reading("a", "data"));
      assert.deepEqual(messages(), [
        `warning: not validated by Pachyderm: oops (transaction_v2.API/StartTransaction returned ${status})`,
      ]);
    });
  }

  it("deletes a transaction that was started too late", async () => {
    server.failNext({ rpc: "StartTransaction", mode: { delayMs: 1_300 } });
    const preview = repo("data").preview({ name: "data" });
    while (sent("StartTransaction") === 0) await sleep(5);
    await plugin.close();
    await preview;
    assert.equal(sent("StartTransaction"), 1);
    assert.equal(sent("DeleteTransaction"), 1);
    assert.equal(sent("CreateRepo"), 0);
  });

  it("does not wait for a slow validation when the user cancels", async () => {
    server.failNext({ rpc: "CreateRepo", mode: { workMs: 60_000 } });
    const preview = repo("data").preview({ name: "data" });
    while (sent("CreateRepo") === 0) await sleep(5);
    await plugin.cancel();
    await preview;
    assert.equal(sent("DeleteTransaction"), 1);
    assert.deepEqual(messages(), []);
  });

  it("deletes its transaction even after a refusal", async () => {
    await assert.rejects(pipeline("a").preview(reading("a", "nope")));
    await plugin.close();
    assert.equal(sent("DeleteTransaction"), 1);
  });

  describe("of an update", () => {
    let resource: ManagedResource;

    beforeEach(async () => {
      await repo("data").up({ name: "data" });
      resource = pipeline("a");
      await resource.up(reading("a", "data"));
      laterMs = 120_000;
      log.messages.length = 0;
    });

    it("says that the workers restart and that processed datums are kept", async () => {
      const transform = { image: "alpine:4", cmd: ["true"] };
      await resource.preview(reading("a", "data", { transform }));
      assert.deepEqual(messages(), [
        "info: pipeline default/a: restart: no datum is processed",
        "warning: the results of the old code are kept, and because no datum is processed, even " +
          "broken code succeeds: change `reprocess` to process the data with the new code",
      ]);
      assert.equal(log.messages[0]?.urn, resource.urn);
    });

    it("names the setting that the program's users change to reprocess data", async () => {
      const transform = { image: "alpine:4", cmd: ["true"] };
      const reprocessHint = "useCases.dogs.training.reprocess";
      await resource.preview({ ...reading("a", "data", { transform }), reprocessHint });
      assert.match(messages().join(), /change `useCases\.dogs\.training\.reprocess`/);
    });

    it("does not treat an unknown value as new code", async () => {
      const cmd = ["sh", "-c"];
      const unknowns = [
        reading("a", "data", { transform: UNKNOWN }),
        reading("a", "data", { transform: { image: UNKNOWN, cmd: ["true"] } }),
        reading("a", "data", { transform: { image: "alpine:3", cmd: ["true"], stdin: [UNKNOWN] } }),
      ];
      for (const inputs of unknowns) {
        log.messages.length = 0;
        await resource.preview(inputs);
        assert.deepEqual(messages(), [
          "info: pipeline default/a: restart: no datum is processed (a value is known only after the update)",
        ]);
      }
      log.messages.length = 0;
      await resource.preview({ spec: UNKNOWN });
      assert.match(
        messages().join("\n"),
        /^info: .* \(its input is known only after the update\)$/,
      );
      log.messages.length = 0;
      await resource.preview(
        reading("a", "data", { transform: { image: "alpine:3", cmd, stdin: [UNKNOWN] } }),
      );
      assert.match(messages().join(), /results of the old code are kept/, "what is known is new");
    });

    it("counts the jobs that it kills", async () => {
      // the first job, over the empty repo, is not done yet
      laterMs = 0;
      await resource.preview(reading("a", "data", { description: "changed" }));
      assert.deepEqual(messages(), [
        "info: pipeline default/a: restart: no datum is processed; kills 1 job",
      ]);
    });

    it("says that all datums are processed again", async () => {
      const again = pipeline("b");
      await again.up(reading("b", "data", {}, { reprocess: "1" }));
      laterMs = 240_000;
      log.messages.length = 0;
      await again.preview(reading("b", "data", {}, { reprocess: "2" }));
      assert.deepEqual(messages(), ["info: pipeline default/b: reprocess: no datum is processed"]);
    });

    it("reports what is deleted with a replaced pipeline", async () => {
      const renamed = reading("b", "data");
      await resource.diff(renamed);
      const replacement = pipeline("a");
      await replacement.preview(renamed);
      assert.deepEqual(messages(), ["info: pipeline default/a: replaced: no datum is processed"]);
    });

    it("reports nothing for a replaced pipeline that is already gone", async () => {
      await resource.diff(reading("b", "data"));
      await resource.destroy();
      await pipeline("a").preview(reading("b", "data"));
      assert.deepEqual(messages(), []);
    });

    it("reports nothing for a replaced repo that is already gone", async () => {
      await resource.destroy();
      const data = repo("data");
      await data.import("default/data");
      await data.diff({ name: "renamed" });
      await data.destroy();
      await repo("data").preview({ name: "renamed" });
      assert.deepEqual(messages(), []);
    });

    it("does not blame a change for what happened to an earlier one", async () => {
      await pipeline("b").preview(reading("b", "data"));
      server.loseRepo("default/data");
      await pipeline("c").preview(reading("c", "b"));
      assert.deepEqual(messages(), [
        "warning: no longer validated by Pachyderm: something that Pachyderm validated " +
          "earlier in this preview has changed on the server",
      ]);
    });

    it("reports what is deleted with a replaced repo", async () => {
      const data = repo("data");
      await data.import("default/data");
      await data.diff({ name: "renamed" });
      await repo("data").preview({ name: "renamed" });
      assert.deepEqual(messages(), [
        "info: repo default/data: deleted, with 0 B of data; read by default/a",
      ]);
    });

    for (const [status, code, reason] of [
      [403, 7, "the token lacks permission: oops (pps_v2.API/ListJob returned 403)"],
      [500, 2, "oops (pps_v2.API/ListJob returned 500)"],
    ] as const) {
      const oops = { status, code, message: "oops" };

      it(`keeps the other notes when the jobs cannot be listed (${status})`, async () => {
        server.failNext({ rpc: "ListJob", mode: oops });
        await resource.preview(reading("a", "data", { description: "changed" }));
        const [verdict, ...rest] = messages();
        assert.match(verdict ?? "", /^info: pipeline default\/a: restart: .*which jobs it kills/);
        assert.deepEqual(rest, [`info: not looked up: the jobs of default/a: ${reason}`]);
      });

      it(`reports the data of a replaced pipeline when its jobs cannot be listed (${status})`, async () => {
        const renamed = reading("b", "data");
        await resource.diff(renamed);
        server.failNext({ rpc: "ListJob", mode: oops });
        await pipeline("a").preview(renamed);
        const [verdict, ...rest] = messages();
        assert.match(verdict ?? "", /^info: pipeline default\/a: replaced: .*which jobs it kills/);
        assert.deepEqual(rest, [`info: not looked up: the jobs of default/a: ${reason}`]);
      });
    }

    it("reports why a pipeline is down when its jobs cannot be listed", async () => {
      const transform = { image: "registry.example/missing/image:1", cmd: ["true"] };
      await assert.rejects(resource.up(reading("a", "data", { transform }), 0.2), /CRASHING/);
      const { id, inputs, state } = resource;
      await restartPlugin();
      server.failNext({ rpc: "ListJob", mode: { status: 500, code: 2, message: "oops" } });
      await Object.assign(pipeline("a"), { id, inputs, state }).preview(reading("a", "data"));
      assert.match(
        messages().join("\n"),
        /info: pipeline default\/a is now PIPELINE_CRASHING: no such image\ninfo: pipeline default\/a: restart/,
      );
    });

    it("does not fail when read permissions are missing, and says so in one line", async () => {
      server.failNext({
        rpc: "ListPipeline",
        mode: { status: 403, code: 7, message: "not authorized" },
      });
      await resource.preview(reading("a", "data", { description: "changed" }));
      assert.deepEqual(
        messages().filter((line) => line.includes("not authorized")),
        [
          "info: not looked up: the state of default/a: the token lacks permission: not authorized " +
            "(pps_v2.API/ListPipeline returned 403)",
        ],
      );
    });

    it("refuses another cluster's pipeline, even one that does not change", async () => {
      resource.state = { ...resource.state, clusterId: "another" };
      await assert.rejects(
        resource.diff(resource.inputs),
        /was created on a different Pachyderm cluster/,
      );
    });

    it("treats unknown triggers as a change", async () => {
      await resource.up(reading("a", "data", {}, { restartTriggers: { k: "a" } }));
      assert.deepEqual(
        await resource.diff(reading("a", "data", {}, { restartTriggers: UNKNOWN })),
        ["update restartTriggers"],
      );
    });

    it("shows no note in a refresh, which diffs too", async () => {
      await resource.refresh();
      await resource.diff(reading("a", "data", { description: "changed" }));
      assert.deepEqual(messages(), []);
    });

    it("never shows a restart trigger's secret", async () => {
      const triggers = (text: string) => ({ restartTriggers: { k: new Secret(text) } });
      await resource.up(reading("a", "data", {}, triggers("hunter1")));
      log.messages.length = 0;
      await resource.preview(reading("a", "data", {}, triggers("hunter2")));
      assert.deepEqual(messages(), ["info: pipeline default/a: restart: no datum is processed"]);
    });
  });
});
