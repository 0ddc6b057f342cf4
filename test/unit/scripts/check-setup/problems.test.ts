import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "../../../../command-line/processes/run";
import { repository } from "../../../../command-line/repository";
import { setupProblems } from "../../../../scripts/check-setup/problems";
import { runInProcess } from "../../../support/in-process-script";

const SET_UP = {
  WORKLOAD_IDENTITY_PROVIDER:
    "projects/123/locations/global/workloadIdentityPools/github/providers/github",
  SERVICE_ACCOUNT: "previews@my-project.iam.gserviceaccount.com",
  CLUSTER: "ml",
  CLUSTER_LOCATION: "us-central1-a",
  PULUMI_BACKEND_URL: "gs://my-state-bucket",
};

describe("the setup of a workflow's job", () => {
  it("has no problem if every variable is set", () => {
    assert.deepEqual(setupProblems("prod", SET_UP), []);
    const token = { GITHUB_ACTIONS: "true", ACTIONS_ID_TOKEN_REQUEST_URL: "https://example.com" };
    assert.deepEqual(setupProblems("prod", { ...SET_UP, ...token }), []);
  });

  it("names everything that is missing in one line, and where to set it", () => {
    const problems = setupProblems("preview-dev", { ...SET_UP, CLUSTER: "", SERVICE_ACCOUNT: "" });
    assert.deepEqual(problems, [
      "the environment preview-dev is missing the variables SERVICE_ACCOUNT, CLUSTER: add them under Settings → Environments → preview-dev, see docs/pull-requests.md#setup-on-github-and-google-cloud",
    ]);
  });

  it("names an invalid value without printing it", () => {
    const problems = setupProblems("prod", { ...SET_UP, SERVICE_ACCOUNT: "hunter2" });
    assert.deepEqual(problems, [
      "the variable SERVICE_ACCOUNT of the environment prod is not valid; expected NAME@PROJECT.iam.gserviceaccount.com, see docs/pull-requests.md#setup-on-github-and-google-cloud",
    ]);
  });

  it("says which permission the job lacks", () => {
    const problems = setupProblems("prod", { ...SET_UP, GITHUB_ACTIONS: "true" });
    assert.equal(problems.length, 1);
    assert.match(problems[0] ?? "", /permission `id-token: write`/);
  });

  it("refuses a service to forward to whose format is not NAME:PORT", () => {
    assert.deepEqual(setupProblems("prod", { ...SET_UP, PACHYDERM_SERVICE: "proxy:80" }), []);
    assert.match(
      setupProblems("prod", { ...SET_UP, PACHYDERM_SERVICE: "--all" })[0] ?? "",
      /^the variable PACHYDERM_SERVICE .* is not valid; expected pachyderm-proxy:80/,
    );
  });

  it("refuses a backend that the workflows cannot log in to, and says what to do", () => {
    const problems = (PULUMI_BACKEND_URL: string, env = {}) =>
      setupProblems("prod", { ...SET_UP, PULUMI_BACKEND_URL, ...env });
    for (const url of ["https://api.pulumi.com", "https://api.pulumi.com/acme"]) {
      assert.deepEqual(problems(url), [
        "the variable PULUMI_BACKEND_URL of the environment prod is the address of Pulumi Cloud, but the workflows have no PULUMI_ACCESS_TOKEN: move the state to a bucket, see docs/operations.md#choose-where-the-state-is-stored, and set the variable to its address, such as gs://my-state-bucket",
      ]);
      assert.deepEqual(problems(url, { PULUMI_ACCESS_TOKEN: "pul-1" }), []);
    }
    assert.deepEqual(problems("gs://states/ml"), []);
    for (const url of ["file://~", "file:///tmp/state", "gs://"]) {
      assert.match(problems(url).join("\n"), /^the variable PULUMI_BACKEND_URL .* is not valid; /);
    }
  });

  it("fails a job with an annotation", async function () {
    this.timeout(20_000);
    const job = jobWith({ ...SET_UP, CLUSTER: "" });
    const { code, stdout } = await runInProcess("check-setup", OPTIONS, job);
    assert.equal(code, 1);
    const lines = stdout.trimEnd().split("\n");
    assert.match(
      lines[0] ?? "",
      /^::error title=setup::the environment prod is missing the variable CLUSTER: /,
    );
    // the demo's stack uses a port-forward on the user's machine
    const address = "::error title=setup::pachyderm-seldon:pachyderm.address of stack dev is http";
    assert.ok(lines.at(-1)?.startsWith(address), stdout);
  });

  it("outputs how to connect", async function () {
    this.timeout(20_000);
    const folder = mkdtempSync(join(tmpdir(), "check-setup-"));
    const outputs = join(folder, "outputs");
    try {
      writeFileSync(outputs, "");
      const { code, stdout } = await checkSetup({
        ...SET_UP,
        CLUSTER: "determined-seldon-cluster",
        CLUSTER_LOCATION: "us-central1-c",
        PACHYDERM_SERVICE: "pachyderm-proxy:80",
        ACTIONS_ID_TOKEN_REQUEST_URL: "https://example.com",
        GITHUB_OUTPUT: outputs,
      });
      assert.deepEqual({ code, stdout }, { code: 0, stdout: "" });
      assert.equal(
        readFileSync(outputs, "utf8"),
        "cluster_project=determined-ai\nport_forward=--namespace default service/pachyderm-proxy 30656:80\n",
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

const OPTIONS = ["--environment", "prod", "--stack", "dev"];
const jobWith = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv => ({
  PATH: process.env.PATH,
  GITHUB_ACTIONS: "true",
  ...env,
});

/** Runs the command as a job for the stack dev does. */
async function checkSetup(env: NodeJS.ProcessEnv) {
  return await run(
    process.execPath,
    ["--require", "tsx/cjs", "scripts/check-setup.ts", ...OPTIONS],
    {
      cwd: repository,
      env: jobWith(env),
      allowFailure: true,
    },
  );
}
