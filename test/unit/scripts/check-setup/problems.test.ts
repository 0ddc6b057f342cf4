import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { repository } from "../../../../sandbox/paths";
import { run } from "../../../../sandbox/runtime/run";
import { setupProblems, VARIABLES } from "../../../../scripts/check-setup/problems";

const SET_UP = {
  WORKLOAD_IDENTITY_PROVIDER:
    "projects/123/locations/global/workloadIdentityPools/github/providers/github",
  SERVICE_ACCOUNT: "previews@my-project.iam.gserviceaccount.com",
  CLUSTER: "ml",
  CLUSTER_LOCATION: "us-central1-a",
  PULUMI_BACKEND_URL: "gs://my-state-bucket",
};

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
}

interface Job {
  readonly environment?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
}

/** The jobs of all workflows that log in to Google Cloud. */
function jobsThatLogIn(): (readonly [name: string, job: Job])[] {
  const folder = join(repository, ".github/workflows");
  return readdirSync(folder).flatMap((file) => {
    const { jobs } = parse(readFileSync(join(folder, file), "utf8")) as {
      jobs: Record<string, Job>;
    };
    return Object.entries(jobs).flatMap(([name, job]) =>
      job.steps.some(logsIn) ? [[`${file}: ${name}`, job] as const] : [],
    );
  });
}

const logsIn = ({ uses }: Step) => uses?.startsWith("google-github-actions/auth@") === true;

describe("the set-up of a workflow's job", () => {
  it("has no problem where every variable is set", () => {
    assert.deepEqual(setupProblems("prod", SET_UP), []);
    const token = { GITHUB_ACTIONS: "true", ACTIONS_ID_TOKEN_REQUEST_URL: "https://example.com" };
    assert.deepEqual(setupProblems("prod", { ...SET_UP, ...token }), []);
  });

  it("names everything that is missing in one line, and where to set it", () => {
    const problems = setupProblems("preview-dev", { ...SET_UP, CLUSTER: "", SERVICE_ACCOUNT: "" });
    assert.deepEqual(problems, [
      "the environment preview-dev has no variables SERVICE_ACCOUNT, CLUSTER: set under Settings → Environments → preview-dev what is missing, see docs/pull-requests.md#set-up-on-github-and-google-cloud",
    ]);
  });

  it("names a value that cannot work, without printing it", () => {
    const problems = setupProblems("prod", { ...SET_UP, SERVICE_ACCOUNT: "hunter2" });
    assert.deepEqual(problems, [
      "the variable SERVICE_ACCOUNT of the environment prod is not valid: expected NAME@PROJECT.iam.gserviceaccount.com, see docs/pull-requests.md#set-up-on-github-and-google-cloud",
    ]);
  });

  it("says which permission the job lacks", () => {
    const problems = setupProblems("prod", { ...SET_UP, GITHUB_ACTIONS: "true" });
    assert.equal(problems.length, 1);
    assert.match(problems[0] ?? "", /permission `id-token: write`/);
  });

  it("is checked before each log-in, with all variables", () => {
    const jobs = jobsThatLogIn();
    assert.ok(jobs.length >= 4, `found ${jobs.length}`);
    for (const [name, { environment, env, steps }] of jobs) {
      const check = steps.findIndex((step) => step.run?.includes("check-setup"));
      assert.ok(check >= 0 && check < steps.findIndex(logsIn), name);
      assert.deepEqual(
        steps[check]?.env,
        Object.fromEntries(Object.keys(VARIABLES).map((key) => [key, `\${{ vars.${key} }}`])),
        name,
      );
      const named = /--environment "?([^"]+)"?$/.exec(steps[check]?.run ?? "")?.[1];
      assert.equal(
        named?.replace("$STACK", () => env?.STACK ?? ""),
        environment,
        name,
      );
    }
  });

  it("fails a job with an annotation", async function () {
    this.timeout(20_000);
    const program = ["--import", "tsx", "scripts/check-setup.ts", "--environment", "prod"];
    const { code, stdout } = await run(process.execPath, program, {
      cwd: repository,
      env: { PATH: process.env.PATH, GITHUB_ACTIONS: "true", ...SET_UP, CLUSTER: "" },
      allowFailure: true,
    });
    assert.equal(code, 1);
    assert.match(stdout, /^::error title=set-up::the environment prod has no variable CLUSTER: /);
  });
});
