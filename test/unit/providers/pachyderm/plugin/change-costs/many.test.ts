import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { ValueMap } from "../../../../../../providers/kit/values";
import { PachydermPlugin } from "../../../../../../providers/pachyderm/plugin/plugin";
import { startPachyderm } from "../../../../../../sandbox/stand-ins/pachyderm/server";
import { ManagedResource } from "../../../../../support/managed-resource";
import { RecordingLog } from "../../../../../support/recording-log";

const PIPELINE = "pachyderm:index:Pipeline";

const reading = (name: string, repo: string, more: ValueMap = {}): ValueMap => ({
  spec: {
    pipeline: { name },
    input: { pfs: { repo, glob: "/" } },
    transform: { image: "alpine:3", cmd: ["true"] },
    ...more,
  },
});

describe("lookups for a stack's changes", () => {
  it("take at most 60 calls and 5 s if 100 pipelines change, in addition to validation", async () => {
    const server = await startPachyderm({
      delays: { pipelineMs: 1, jobMs: 3_600_000 },
      recordRequests: true,
    });
    const log = new RecordingLog();
    let plugin = new PachydermPlugin("0.0.0", log, { environment: {} });
    try {
      await plugin.configure({ address: server.address }, undefined);
      await new ManagedResource(plugin, "pachyderm:index:Repo", "data").up({ name: "data" });
      const names = Array.from({ length: 100 }, (_, n) => `p${n}`);
      const made = await Promise.all(
        names.map(async (name) => {
          const resource = new ManagedResource(plugin, PIPELINE, name);
          await resource.up({ ...reading(name, "data"), awaitReady: false });
          return resource;
        }),
      );
      await plugin.close();
      server.requests.length = 0;
      plugin = new PachydermPlugin("0.0.0", log, { environment: {} });
      await plugin.configure({ address: server.address, previewValidation: "off" }, undefined);
      log.messages.length = 0;
      const start = Date.now();
      await Promise.all(
        made.map(async ({ type, name, id, inputs, state }) => {
          const resource = Object.assign(new ManagedResource(plugin, type, name), {
            id,
            inputs,
            state,
          });
          await resource.preview(reading(name, "data", { description: "changed" }));
        }),
      );
      const tookMs = Date.now() - start;
      const verdicts = log.messages.filter(({ message }) => /^pipeline .*: restart/.test(message));
      assert.equal(verdicts.length, 100);
      // the jobs of all pipelines are known, although there is no call for each
      const killing = verdicts.filter(({ message }) => /kills 1 job/.test(message));
      assert.equal(killing.length, 100);
      assert.ok(server.requests.length <= 60, `${server.requests.length} calls`);
      assert.ok(tookMs < 5_000, `${tookMs} ms`);
    } finally {
      await plugin.close();
      await server.close();
    }
  }).timeout(20_000);
});

/** A server with responses that a test sets, which the stand-in would refuse to store. */
describe("lookups on a server with unusual responses", () => {
  type Answer = { readonly status?: number; readonly type?: string; readonly text: string };
  let server: Server;
  let answers: Record<string, Answer | readonly object[]>;
  let sent: { readonly rpc: string; readonly body: Record<string, unknown> }[];
  let log: RecordingLog;
  let plugin: PachydermPlugin;

  beforeEach(async () => {
    answers = {};
    sent = [];
    log = new RecordingLog();
    server = createServer((request, response) => {
      const rpc = request.url?.split("/").at(-1) ?? "";
      let text = "";
      request.on("data", (chunk) => {
        text += chunk;
      });
      request.on("end", () => {
        sent.push({ rpc, body: JSON.parse(text) });
        const answer = answers[rpc] ?? DEFAULTS[rpc] ?? { text: "{}" };
        const { status, type, text: body } = toAnswer(answer);
        response.writeHead(status ?? 200, { "content-type": type ?? "application/json" });
        response.end(body);
      });
    }).listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const { port } = server.address() as AddressInfo;
    plugin = new PachydermPlugin("0.0.0", log, { environment: {} });
    const address = `http://127.0.0.1:${port}`;
    await plugin.configure({ address, previewValidation: "off" }, undefined);
    sent.length = 0;
  });
  afterEach(async () => {
    await plugin.close();
    server.close();
    server.closeAllConnections();
  });

  const DEFAULTS: Readonly<Record<string, Answer>> = {
    GetVersion: { text: '{"major":2,"minor":12,"micro":0}' },
    InspectCluster: { text: '{"id":"c"}' },
    WhoAmI: {
      status: 501,
      text: '{"code":12,"message":"the auth service is not activated"}',
    },
  };

  function toAnswer(answer: Answer | readonly object[]): Answer {
    if (!Array.isArray(answer)) return answer as Answer;
    return { text: answer.map((result) => JSON.stringify({ result })).join("\n") };
  }

  const inProject = (id: string) => {
    const [project = "", name = ""] = id.split("/");
    return { project: { name: project }, name };
  };

  const inputOf = (id: string) => {
    const [project = "", repo = ""] = id.split("/");
    return { pfs: { project, repo, branch: "master", glob: "/" } };
  };

  const listed = (id: string, repo: string, more: object = {}) => {
    const input = inputOf(repo);
    const user = { pipeline: inProject(id), input, transform: { image: "alpine:3" } };
    return {
      pipeline: inProject(id),
      version: "1",
      stopped: false,
      state: "PIPELINE_RUNNING",
      reason: "",
      parallelism: "1",
      details: { input, outputBranch: "master", salt: "s", ...more },
      userSpecJson: JSON.stringify(user),
      effectiveSpecJson: "",
    };
  };

  const job = (id: string, n: number, more: object = {}) => ({
    job: { pipeline: inProject(id), id: String(n).padStart(32, "0") },
    pipelineVersion: "1",
    state: "JOB_SUCCESS",
    reason: "",
    dataProcessed: "10",
    dataSkipped: "0",
    dataFailed: "0",
    dataRecovered: "0",
    dataTotal: "10",
    stats: {
      downloadTime: "1s",
      processTime: "10s",
      uploadTime: "1s",
      downloadBytes: "1000",
      uploadBytes: "0",
    },
    created: "2026-01-01T00:00:00Z",
    started: "2026-01-01T00:00:00Z",
    finished: "2026-01-01T00:01:00Z",
    details: null,
    ...more,
  });

  /** Previews a change of the image of `default/a`, which reads `default/data`. */
  async function preview(more: ValueMap = {}): Promise<string[]> {
    const inputs = (image: string): ValueMap => ({
      spec: {
        pipeline: { name: "a" },
        input: { pfs: { repo: "data", glob: "/" } },
        transform: { image },
      },
    });
    const resource = Object.assign(new ManagedResource(plugin, PIPELINE, "a"), {
      id: "default/a",
      inputs: { ...inputs("alpine:3"), ...(more.reprocess !== undefined && { reprocess: "" }) },
      state: { clusterId: "c" },
    });
    const image = more.reprocess === undefined ? "alpine:4" : "alpine:3";
    await resource.preview({ ...inputs(image), ...more });
    return log.messages.map(({ severity, message }) => `${severity}: ${message}`);
  }

  it("terminate in a cycle through another project's branch", async () => {
    const both = [inputOf("default/a"), inputOf("other/e")];
    answers.ListPipeline = [
      listed("default/a", "default/data"),
      listed("default/b", "default/a", { input: { union: both } }),
      listed("other/c", "default/b"),
      listed("default/d", "other/c"),
      listed("other/e", "default/d"),
    ];
    answers.ListJob = [job("default/a", 1)];
    const [verdict, below] = await preview();
    assert.equal(verdict, "info: pipeline default/a: restart: no datum is processed");
    assert.equal(
      below,
      "info: downstream: default/b, other/c, default/d, other/e (no datum is processed)",
    );
  });

  it("list a limited number of 10,000 jobs", async () => {
    answers.ListPipeline = [listed("default/a", "default/data")];
    const jobs = Array.from({ length: 10_000 }, (_, n) => job("default/a", n));
    answers.ListJob = jobs;
    answers.ListDatum = [];
    const start = Date.now();
    const [verdict] = await preview();
    assert.equal(verdict, "info: pipeline default/a: restart: no datum is processed");
    const asked = sent.filter(({ rpc }) => rpc === "ListJob").map(({ body }) => body);
    assert.deepEqual(asked, [{ pipeline: inProject("default/a"), history: "-1", number: "200" }]);
    assert.ok(Date.now() - start < 2_000);
  });

  it("estimate time and size from the pipeline's own jobs if everything is processed again", async () => {
    answers.ListPipeline = [listed("default/a", "default/data")];
    answers.ListJob = [job("default/a", 1)];
    const datum = (n: number) => ({
      datum: { id: `d${n}` },
      data: [{ file: { path: `/${n}` }, sizeBytes: "5000000", hash: `h${n}` }],
    });
    answers.ListDatum = Array.from({ length: 10 }, (_, n) => datum(n));
    const [verdict] = await preview({ reprocess: "now" });
    assert.equal(
      verdict,
      "info: pipeline default/a: reprocess: 10 datums (50.0 MB), about 12 s (based on 1 job, 1 worker)",
    );
  });

  const ODD: Readonly<Record<string, Answer>> = {
    HTML: { text: "<html><body>Sign in</body></html>", type: "text/html" },
    "an error page": { status: 500, text: "<html>", type: "text/html" },
    garbage: { text: "\u0000\u0001garbage" },
    "JSON of another shape": { text: '{"result":5}\n{"result":null}\n{"results":[]}' },
    null: { text: "null" },
    "half an object": { text: '{"result":{"job":{"pipeline":' },
    "objects without their parts": { text: '{"result":{}}' },
  };
  for (const rpc of ["ListPipeline", "ListJob"]) {
    for (const [what, answer] of Object.entries(ODD)) {
      it(`do not fail a preview if ${rpc} responds with ${what}`, async () => {
        answers.ListPipeline = [listed("default/a", "default/data")];
        answers.ListJob = [job("default/a", 1)];
        answers[rpc] = answer;
        const lines = await preview();
        assert.ok(
          lines.some((line) => /not looked up|is not known|unknown|restart/.test(line)),
          lines.join("\n"),
        );
        assert.ok(!lines.some((line) => /^error/.test(line)));
      });
    }
  }
});
