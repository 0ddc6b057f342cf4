import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { actions } from "../support/workflows";

/** The commands of the action that jobs with credentials run first. */
describe("the step of the action connect that forwards a port", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "connect-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** Runs it as GitHub's runner does, with a kubectl that runs this script. */
  function forward(kubectl: string) {
    const program = join(folder, "kubectl");
    writeFileSync(program, `#!/bin/sh\necho "$*" > "${folder}/arguments"\n${kubectl}\n`);
    chmodSync(program, 0o755);
    const steps = actions.find(({ uses }) => uses.endsWith("/connect"))?.steps ?? [];
    const step = steps.find(({ run: commands }) => commands?.includes("kubectl port-forward"));
    const env = {
      PATH: [folder, process.env.PATH].join(delimiter),
      RUNNER_TEMP: folder,
      PORT_FORWARD: "--namespace ml service/pachyderm-proxy 30656:80",
    };
    const script = ["--noprofile", "--norc", "-eo", "pipefail", "-c", step?.run ?? "exit 2"];
    const { status, stdout } = spawnSync("bash", script, { env, encoding: "utf8" });
    return { code: status, stdout };
  }

  it("succeeds once kubectl forwards the port, and leaves it running in the background", async () => {
    const { code } = forward(
      `echo "Forwarding from 127.0.0.1:30656 -> 80"; sleep 0.3; echo on >> "${folder}/later"`,
    );
    assert.equal(code, 0);
    const expected = "port-forward --namespace ml service/pachyderm-proxy 30656:80\n";
    assert.equal(readFileSync(join(folder, "arguments"), "utf8"), expected);
    await new Promise((resolve) => setTimeout(resolve, 600));
    assert.equal(readFileSync(join(folder, "later"), "utf8"), "on\n");
  });

  it("fails immediately, with kubectl's output, if it cannot", () => {
    const started = Date.now();
    const { code, stdout } = forward('echo "Error: pods is forbidden" >&2; exit 1');
    assert.equal(code, 1);
    assert.match(
      stdout,
      /^::error title=connect::cannot forward a port: .*pachyderm-proxy 30656:80$/m,
    );
    assert.match(stdout, /^Error: pods is forbidden$/m);
    assert.ok(Date.now() - started < 10_000);
  });
});
