import assert from "node:assert/strict";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { run } from "../../command-line/processes/run";
import { repository } from "../../command-line/repository";
import { parseAddress } from "../../providers/pachyderm/plugin/api/address";
import { Api } from "../../providers/pachyderm/plugin/api/api";
import { Client } from "../../providers/pachyderm/plugin/api/client";
import { type Pachyderm, startPachyderm } from "../../sandbox/stand-ins/pachyderm/server";
import { TABLES } from "../../sandbox/stand-ins/pachyderm/store/records";
import { Store } from "../../sandbox/stand-ins/pachyderm/store/store";

/** The tests that can be pointed at any Pachyderm. */
const SUITE = "test/contract/provider/*.test.ts";

/** Mocha without its options file, which would make it start Node.js again. */
const MOCHA = [
  ...["--require", "tsx/cjs", join(repository, "node_modules/mocha/bin/mocha.js")],
  ...["--no-config", "--extension", "ts", "--timeout", "10000"],
];

/** Has each test fail after some of its steps. */
const FAIL_TESTS = "./test/support/failing-tests.ts";

const ROOT_TOKEN = "the-root-token";

interface Report {
  readonly passes: readonly { readonly fullTitle: string }[];
  readonly failures: readonly { readonly fullTitle: string; readonly err: { message?: string } }[];
}

/** Runs the suite as a user with a Pachyderm does: with its address in the environment. */
async function runSuite(
  server: Pachyderm,
  token: string | undefined,
  preload?: string,
): Promise<Report> {
  const { PACHYDERM_TOKEN: _, ...environment } = process.env;
  const { stdout } = await run(
    process.execPath,
    [...MOCHA, "--reporter", "json", ...(preload ? ["--require", preload] : []), SUITE],
    {
      cwd: repository,
      env: {
        ...environment,
        PACHYDERM_ADDRESS: server.address,
        ...(token !== undefined && { PACHYDERM_TOKEN: token }),
      },
      allowFailure: true,
      timeout: 110_000,
    },
  );
  return JSON.parse(stdout.slice(stdout.indexOf("{"))) as Report;
}

/**
 * Everything that the server stores, including what its API cannot list, such as tokens and
 * versions.
 */
function everything(folder: string): Record<string, unknown> {
  const copy = mkdtempSync(join(tmpdir(), "pachyderm-copy-"));
  cpSync(folder, copy, { recursive: true });
  const store = new Store(copy);
  const draft = store.draft();
  store.close();
  rmSync(copy, { recursive: true });
  return Object.fromEntries(TABLES.map((table) => [table, draft[table].entries()]));
}

for (const rootToken of [undefined, ROOT_TOKEN]) {
  describe(`the contract suite at the address of a Pachyderm, auth ${rootToken ? "on" : "off"}`, function () {
    this.timeout(120_000);
    let folder: string;
    let server: Pachyderm;

    before(async () => {
      folder = mkdtempSync(join(tmpdir(), "pachyderm-"));
      const delays = { pipelineMs: 20, jobMs: 40 };
      server = await startPachyderm({ data: folder, rootToken, delays });
      // objects of others, which must not change
      const client = new Client({ address: parseAddress(server.address), token: rootToken });
      const api = new Api(client);
      await api.createRepo({ project: "default", name: "theirs" }, { description: "not ours" });
      const spec = {
        pipeline: { name: "their-pipeline" },
        input: { pfs: { repo: "theirs", glob: "/" } },
        transform: { image: "alpine:3", cmd: ["true"] },
      };
      await api.createPipeline(JSON.stringify(spec));
      // wait until nothing changes any more without a request
      const pipeline = { project: { name: "default" }, name: "their-pipeline" };
      for (let state = ""; state !== "JOB_SUCCESS"; await sleep(20))
        state = (
          await client.call<{ lastJobState: string }>("pps_v2.API/InspectPipeline", { pipeline })
        ).lastJobState;
      client.close();
    });
    after(async () => {
      await server?.close();
      rmSync(folder, { recursive: true, force: true });
    });

    it("passes, and leaves the server as it was", async () => {
      const before = everything(folder);
      const { passes, failures } = await runSuite(server, rootToken);
      assert.deepEqual(failures, []);
      // tests that cannot run there are skipped; these must be few
      const least = rootToken ? 65 : 50;
      assert.ok(passes.length >= least, `only ${passes.length} tests ran`);
      const passed = (words: RegExp) => passes.some(({ fullTitle }) => words.test(fullTitle));
      assert.ok(passed(/^a pipeline on Pachyderm comes up running/));
      assert.ok(passed(rootToken ? /auth on grants the roles/ : /auth off fails and says so/));
      assert.deepEqual(everything(folder), before);
    });

    // only with auth on, to save time: nearly all of the suite runs there
    if (rootToken !== undefined)
      it("leaves the server as it was even if its tests fail", async () => {
        const before = everything(folder);
        const { failures } = await runSuite(server, rootToken, FAIL_TESTS);
        assert.ok(failures.length >= 40, `only ${failures.length} tests failed`);
        assert.deepEqual(everything(folder), before);
      });
  });
}
