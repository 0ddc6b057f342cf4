import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isRunning } from "../../../command-line/processes/process-table";
import { Progress } from "../../../command-line/progress";
import { sandboxPaths } from "../../../sandbox/paths";
import { RunningSandbox } from "../../../sandbox/running-sandbox";
import { readRecord } from "../../../sandbox/runtime/record";

describe("a running sandbox", () => {
  let project: string;
  beforeEach(() => {
    project = mkdtempSync(join(tmpdir(), "running-"));
  });
  afterEach(() => rmSync(project, { recursive: true, force: true }));

  /** A sandbox with one service: a process that waits. */
  async function start(said: string[] = []) {
    const paths = sandboxPaths(project, "sandbox-one");
    mkdirSync(paths.folder, { recursive: true });
    const sleep = { name: "sleep", command: "sleep", arguments: ["60"] };
    const sandbox = new RunningSandbox(
      {
        name: "sandbox-one",
        paths,
        layout: {
          services: [sleep],
          external: [],
          ports: {},
          addresses: { kubernetes: "", pachyderm: "", gcs: "" },
          connections: {
            pachyderm: { address: "", namespace: "default" },
            kubernetes: { kubeconfig: "", context: "" },
            storageEndpoint: "",
          },
        },
        kubeconfig: "",
        toolFolders: [],
        engineEnv: {},
        env: {},
        plugins: {},
      },
      Object.assign(new Progress(), { say: (line: string) => said.push(line) }),
    );
    await sandbox.startServices(() => {});
    await sandbox.open({ gcp: "stand-in" });
    const [service] = sandbox.services();
    assert.ok(service?.process && isRunning(service.process));
    return { sandbox, paths, process: service.process };
  }

  it("records its services until it is stopped", async () => {
    const { sandbox, paths, process } = await start();
    const record = readRecord(paths.record);
    assert.deepEqual(record?.services, [{ name: "sleep", process }]);
    assert.deepEqual(record.plugins, { gcp: "stand-in" });
    assert.ok(record.control && record.supervisor);
    await sandbox.stop();
    const { services, control, supervisor } = readRecord(paths.record) ?? {};
    assert.deepEqual(
      { services, control, supervisor },
      {
        services: [{ name: "sleep" }],
        control: undefined,
        supervisor: undefined,
      },
    );
    assert.ok(!isRunning(process));
  });

  it("stops its services even if its folder was deleted, which it does not create again", async () => {
    const { sandbox, paths, process } = await start();
    rmSync(paths.folder, { recursive: true });
    await sandbox.stop();
    assert.ok(!isRunning(process));
    assert.ok(!existsSync(paths.folder));
  });

  it("names a lost service even if its folder was deleted", async () => {
    const said: string[] = [];
    const { sandbox, paths, process: lost } = await start(said);
    rmSync(paths.folder, { recursive: true });
    process.kill(lost.pid, "SIGKILL");
    while (said.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    assert.match(
      said[0] ?? "",
      /^sleep was terminated by SIGKILL .*npm run sandbox -- start sleep /,
    );
    await sandbox.stop();
  });
});
