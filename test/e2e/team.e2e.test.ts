import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type RunResult, run } from "../../command-line/processes/run";
import { repository } from "../../command-line/repository";
import { isEmpty } from "../../sandbox/inventory";
import { clusterIdsIn, parseState } from "../../scripts/exported-state";
import { BASE_TAG } from "../../scripts/preview-env/ownership";
import { linesRunBy } from "../support/documents";
import { Engine } from "../support/engine";
import { GithubServer } from "../support/github-server";

const STACK = "sandbox-e2e-team";
const EXPIRED = "pr-36";
const EXPIRED_REPO = "pr-36-notes";
/** Its stack file, which a sweep keeps. */
const EXPIRED_FILE = join(repository, `Pulumi.${EXPIRED}.yaml`);
const IMAGE = "gcr.io/determined-ai/pachyderm-seldon/train";
const [PROVIDER, REPO] = ["pulumi:providers:pachyderm", "pachyderm:index:Repo"] as const;
const KEY = "useCases.image-classification.training.image";
const PULL_REQUEST = 34;
const SECRET = "s3cret-value";
const DOCUMENT = "docs/operations.md";

/**
 * A team's week: pull requests with a comment, deployments of what was reviewed, drift, an update
 * that is killed, the state in a backup and in another backend, and what environments of pull
 * requests leave behind. The commands are those of docs/operations.md, as documented.
 */
describe("a team's stack", () => {
  let engine: Engine;
  let github: GithubServer;
  let folder: string;
  let head: string;

  before(async () => {
    github = await GithubServer.start();
    github.pullRequest.number = PULL_REQUEST;
    folder = mkdtempSync(join(tmpdir(), "team-"));
    head = (await run("git", ["rev-parse", "HEAD"], { cwd: repository })).stdout.trim();
    engine = await Engine.start(STACK);
    await engine.configure("useCases.sentiment-analysis", undefined);
    await engine.up();
  });
  after(async () => {
    await engine?.stop();
    await github?.stop();
    rmSync(folder, { recursive: true, force: true });
    rmSync(EXPIRED_FILE, { force: true });
  });

  /** Runs a script as a workflow's job does, without npm's start-up time. */
  async function script(name: string, args: readonly string[], env = {}): Promise<RunResult> {
    const command = ["--require", "tsx/cjs", `scripts/${name}.ts`, "--stack", STACK];
    return await run(process.execPath, [...command, ...args], {
      cwd: repository,
      env: await engine.environment({ ...github.environment, ...env }),
      allowFailure: true,
      timeout: 240_000,
    });
  }

  async function plan(): Promise<{ comment: string; fingerprint: string | undefined }> {
    const { code, stdout, stderr } = await script("plan", [
      "--out",
      folder,
      "--pull-request",
      "12",
    ]);
    assert.equal(code, 0, stderr);
    const comment = readFileSync(join(folder, "comment.md"), "utf8");
    return { comment, fingerprint: /^fingerprint (\w+)$/m.exec(stdout)?.[1] };
  }

  function comment(...args: readonly string[]): Promise<RunResult> {
    const to = ["--pull-request", `${PULL_REQUEST}`, "--commit", head];
    return script("comment", [...to, ...args]);
  }

  it("replaces the comment about a failed job with what a new image and a rotated secret do", async () => {
    await comment("--failed");
    const shown = () => github.comments.map(({ body }) => body);
    assert.match(shown().join(), /the job failed before the preview started/);

    await engine.configure(KEY, `${IMAGE}:0.0.21`);
    await engine.configureSecrets({ "credentials.det_password": SECRET });
    const planned = await plan();
    assert.ok(
      planned.comment.includes(
        `Only the plan with fingerprint \`${planned.fingerprint}\` is applied.`,
      ),
    );
    const expected = readFileSync(join(repository, "test/fixtures/comments/team.md"), "utf8");
    assert.equal(normalized(planned.comment), expected);
    const written = ["comment.md", "plan.json", "check.json"].map((file) => join(folder, file));
    for (const file of written) assert.ok(!readFileSync(file, "utf8").includes(SECRET), file);

    const [file = "", , check = ""] = written;
    const { code, stderr } = await comment("--check", check, file);
    assert.equal(code, 0, stderr);
    assert.deepEqual(shown(), [planned.comment]);
    assert.deepEqual(
      github.checkRuns.map(({ name, conclusion, output }) => [name, conclusion, output.title]),
      [[`plan of ${STACK}`, "success", `${STACK}: 2 pipelines restart`]],
    );
  });

  it("refuses a plan that differs from the reviewed one, and says how", async () => {
    const versions = await engine.versions();
    await engine.configure(KEY, `${IMAGE}:0.0.22`);
    const { code, stderr } = await script("deploy", ["--plan", join(folder, "plan.json")]);
    assert.equal(code, 4);
    assert.match(stderr, /stack sandbox-e2e-team now plans \w+, not the reviewed \w+: review/);
    assert.match(
      stderr,
      /update of image-classification-training-pipeline: spec\.transform\.image differs from the reviewed value/,
    );
    assert.deepEqual(await engine.versions(), versions);
  });

  it("applies what the merged pull request's comment shows, and changes nothing else", async () => {
    const before = await engine.versions();
    await engine.configure(KEY, `${IMAGE}:0.0.21`);
    github.pulls[head] = [
      { number: PULL_REQUEST, merged_at: "2026-01-01T00:00:00Z", merge_commit_sha: head },
    ];
    const { code, stderr } = await script("deploy", ["--reviewed"]);
    assert.equal(code, 0, stderr);
    const restarted = { "dogs-and-cats-model": 2, "dogs-and-cats-deploy": 2 };
    assert.deepEqual(await engine.versions(), { ...before, ...restarted });
  });

  it("refuses a commit that is older than the deployed one", async () => {
    // a repository with this one's objects, in which the deployed commit has a parent
    const older = join(folder, "older");
    const git = async (...args: string[]) => (await run("git", args, { cwd: older })).stdout.trim();
    await run("git", ["init", "--quiet", older]);
    const objects = ["rev-parse", "--path-format=absolute", "--git-path", "objects"];
    const { stdout } = await run("git", objects, { cwd: repository });
    writeFileSync(join(older, ".git/objects/info/alternates"), stdout);
    const author = ["-c", "user.name=a", "-c", "user.email=a@example.com"];
    const parent = await git(...author, "commit-tree", "-m", "older", `${head}^{tree}`);
    await git("replace", "--graft", head, parent);
    await git("update-ref", "HEAD", parent);
    const env = { GIT_DIR: join(older, ".git") };
    const { code, stderr } = await script("deploy", ["--reviewed"], env);
    assert.equal(code, 5, stderr);
    assert.equal(
      stderr,
      `commit ${parent.slice(0, 9)} is older than ${head.slice(0, 9)}, the last deployed one: deploy the newest commit, or revert the changes on the branch\n`,
    );
  });

  /** Runs a command of the document for this stack, with files in the test's folder. */
  async function follow(line: string, env: NodeJS.ProcessEnv = {}): Promise<RunResult> {
    const own = line
      .replace(/\bprod\b/, STACK)
      .replace("PROVIDER", "passphrase")
      .replace(/--file (\S+)/, `--file ${join(folder, "$1")}`);
    return await run("sh", ["-c", own], {
      cwd: repository,
      env: await engine.environment({
        ...github.environment,
        PULUMI_STACK: STACK,
        // the scripts contain the options that keep pulumi from prompting
        ...(line.startsWith("pulumi ") && { PULUMI_SKIP_CONFIRMATIONS: "true" }),
        ...env,
      }),
      allowFailure: true,
      timeout: 240_000,
    });
  }

  async function succeed(line: string, env?: NodeJS.ProcessEnv): Promise<string> {
    const { code, stdout, stderr } = await follow(line, env);
    assert.equal(code, 0, `${line}: ${stdout}${stderr}`);
    return stdout;
  }

  async function imageOf(name: string): Promise<string> {
    const { pipelines } = await engine.inventory();
    const spec = pipelines.find((pipeline) => pipeline.name === name)?.userSpec as {
      transform: { image: string };
    };
    return spec.transform.image;
  }

  it("finds and restores what was changed by hand, and keeps one issue about it", async () => {
    const title = "finds and restores what was changed by hand";
    const [drift = "", up = ""] = linesRunBy(DOCUMENT, title);
    const before = await imageOf("dogs-and-cats-model");
    await engine.changeImageBehindItsBack("dogs-and-cats-model", "by-hand:1");
    const drifted = await follow(`${drift} --issue`);
    assert.equal(drifted.code, 6, drifted.stderr);
    assert.match(
      drifted.stdout,
      /changed: image-classification-training-pipeline\n.*\n.*\+ spec\.transform\.image: "by-hand:1"/,
    );
    assert.deepEqual(
      github.issues.map(({ title, state }) => [title, state]),
      [[`Drift: 1 resource of ${STACK} changed outside of Pulumi`, "open"]],
    );
    assert.equal(await imageOf("dogs-and-cats-model"), "by-hand:1");
    await succeed(`${up} --skip-preview`);
    assert.equal(await imageOf("dogs-and-cats-model"), before);
    await succeed(`${drift} --issue`);
    assert.deepEqual(
      github.issues.map(({ state }) => state),
      ["closed"],
    );
  });

  it("continues after a killed update", async () => {
    const [exported = ""] = linesRunBy(DOCUMENT, "restores the state from a backup");
    await succeed(exported);
    const before = await engine.versions();
    await engine.configure(KEY, `${IMAGE}:0.0.23`);
    await killedUp("image-classification-training-pipeline");
    assert.match(await engine.failure(["up", "--yes", "--skip-preview"]), /currently locked/);
    await engine.pulumi(["cancel", "--yes"]);
    const recover = ["refresh", "--yes", "--clear-pending-creates"];
    // as if the kill had come while the state was written
    truncateSync(engine.stateFile(), 1000);
    assert.match(await engine.failure(recover), /failed to load checkpoint/);
    const [restore = ""] = linesRunBy(DOCUMENT, "continues after a killed update");
    await engine.shell(restore.replaceAll("prod", STACK).replaceAll("STATE", engine.backend));
    await engine.pulumi(recover);
    await engine.up();
    const now = await engine.versions();
    const model = "dogs-and-cats-model";
    assert.deepEqual(now, { ...before, [model]: (before[model] ?? 0) + 1 });
  });

  it("restores the state from a backup", async () => {
    const title = "restores the state from a backup";
    const [, imported = "", preview = ""] = linesRunBy(DOCUMENT, title);
    assert.doesNotMatch(readFileSync(join(folder, "backup.json"), "utf8"), /"plaintext"/);
    await engine.configure(KEY, `${IMAGE}:0.0.21`);
    // the backup does not contain the update since then, and the refresh finds it
    await succeed(imported);
    const shown = await succeed(preview);
    assert.match(shown, /image-classification-training-pipeline update \[diff: ~spec\]/);
    assert.match(shown, /~ 1 to update/);
    await engine.pulumi(["up", "--refresh", "--yes", "--skip-preview"]);
    assert.equal(await imageOf("dogs-and-cats-model"), `${IMAGE}:0.0.21`);
  });

  it("moves the state to another backend, and is upgraded without a change to what runs", async () => {
    const lines = linesRunBy(DOCUMENT, "moves the state to another backend");
    const [install, preview] = linesRunBy(DOCUMENT, "is upgraded without a change to what runs");
    const login = lines.findIndex((line) => line.startsWith("pulumi login "));
    const state = join(folder, "other-state");
    mkdirSync(state);
    // the environment selects the backend, as login does
    const env = { PULUMI_BACKEND_URL: `file://${state}` };
    for (const line of lines.slice(0, login)) await succeed(line);
    for (const line of lines.slice(login + 1, -1)) await succeed(line, env);
    assert.equal(install, "npm ci");
    // what the script does after installing the dependencies
    await succeed("npm run --silent build");
    assert.equal(lines.at(-1), preview);
    assert.match(await succeed(preview ?? "", env), /Resources:\n +\d+ unchanged\n/);
  });

  /** Kills the engine once it updates a resource. */
  async function killedUp(resource: string): Promise<void> {
    const args = ["up", "--yes", "--skip-preview", "--non-interactive", "--stack", STACK];
    const { env } = engine.sandbox;
    const up = spawn("pulumi", args, {
      cwd: repository,
      env,
      stdio: ["ignore", "pipe", "inherit"],
    });
    let shown = "";
    up.stdout.setEncoding("utf8").on("data", (text: string) => {
      shown += text;
      if (shown.includes(`${resource} updating`)) up.kill("SIGKILL");
    });
    const [code, signal] = await once(up, "close");
    assert.equal(signal, "SIGKILL", `it ended by itself with ${code}: ${shown}`);
  }

  describe("with environments of pull requests", () => {
    /** The branches of the data repo. */
    async function branches(): Promise<string[]> {
      const listed = await engine.listPachyderm<{ branch: { name: string } }>(
        "pfs_v2.API/ListBranch",
        { repo: repoOf("dogs-and-cats") },
      );
      return listed.map(({ branch }) => branch.name).sort();
    }

    /**
     * Creates an environment past its expiry on the same clusters, whose update was killed while it
     * created a repo.
     */
    async function expiredStack(): Promise<void> {
      const other = await engine.beside(EXPIRED);
      await other.pulumi(["stack", "tag", "set", BASE_TAG, STACK]);
      const { version, deployment } = await stateOf(other);
      const own = (await stateOf(engine)).deployment.resources ?? [];
      const components = ["pachyderm", "seldon"].map((system) => {
        const type = `${system}:index:Component`;
        return {
          urn: `urn:pulumi:${other.stack}::pachyderm-seldon::${type}::expired`,
          custom: false,
          type,
          inputs: { metadata: { labels: { "pachyderm-seldon/expires": "2020-01-31" } } },
          outputs: { clusterId: clusterIdsIn(own, `${system}:`)[0] },
        };
      });
      const urnOf = (type: string) =>
        `urn:pulumi:${other.stack}::pachyderm-seldon::${type}::of-expired`;
      const find = (type: string) => own.find((one) => one.type === type) ?? assert.fail(type);
      const plugin = { ...find(PROVIDER), urn: urnOf(PROVIDER), parent: undefined };
      const { inputs } = find(REPO);
      const repo = {
        ...{
          urn: urnOf(REPO),
          type: REPO,
          custom: true,
          inputs: { ...inputs, name: EXPIRED_REPO },
        },
        provider: `${plugin.urn}::${plugin.id}`,
      };
      const resources = [...components, plugin];
      const file = join(folder, "expired.json");
      writeFileSync(file, JSON.stringify({ version, deployment: { ...deployment, resources } }));
      await other.pulumi(["stack", "import", "--file", file]);
      // an import drops pending operations
      const stored = other.stateFile();
      const state = JSON.parse(readFileSync(stored, "utf8"));
      state.checkpoint.latest.pending_operations = [{ resource: repo, type: "creating" }];
      writeFileSync(stored, JSON.stringify(state));
      await engine.callPachyderm("pfs_v2.API/CreateRepo", { repo: repoOf(EXPIRED_REPO) });
      lock(other.stack, 61);
    }

    /** What a killed update leaves in the backend. */
    function lock(stack: string, minutesAgo: number): void {
      const locks = join(engine.backend, ".pulumi/locks/organization/pachyderm-seldon", stack);
      mkdirSync(locks, { recursive: true });
      const file = join(locks, "of-a-killed-update.json");
      const timestamp = new Date(Date.now() - minutesAgo * 60_000);
      const owner = { pid: 1, username: "runner", hostname: "gone", timestamp };
      writeFileSync(file, JSON.stringify(owner));
      utimesSync(file, timestamp, timestamp);
    }

    const stateOf = async (stack: Engine) =>
      parseState((await stack.pulumi(["stack", "export"])).stdout, stack.stack);

    /** An environment on the data of production whose stack was removed by force. */
    async function removedStack(): Promise<void> {
      const other = await engine.beside("pr-35");
      await other.configureAll({
        namePrefix: "pr-35-",
        "useCases.image-classification.data.existing": "true",
        "useCases.image-classification.data.branch": "master",
      });
      await other.up();
      await other.forget();
    }

    it("sweeps up what a removed stack left behind and a stack past its expiry, and nothing else", async () => {
      const before = await engine.inventory();
      await removedStack();
      await expiredStack();
      // by other users, who happen to use the same prefix
      const branch = { repo: repoOf("dogs-and-cats"), name: "pr-35-by-hand" };
      await engine.callPachyderm("pfs_v2.API/CreateBranch", { branch });

      const { code, stderr } = await script("sweep", ["--yes"]);
      assert.equal(code, 0, stderr);
      const deleted = [...stderr.matchAll(/^deleted (.*)$/gm)].map(([, thing]) => thing);
      assert.deepEqual(deleted.sort(), LEFT_BEHIND);
      const { stdout } = await engine.pulumi(["stack", "ls", "--json"]);
      assert.deepEqual(
        (JSON.parse(stdout) as { name: string }[]).map(({ name }) => name),
        [STACK],
      );
      assert.match(stderr, /^breaking the lock, which is older than 60 minutes$/m);
      assert.match(stderr, new RegExp(`^kept Pulumi\\.${EXPIRED}\\.yaml: delete it, or `, "m"));
      assert.ok(existsSync(EXPIRED_FILE));
      assert.deepEqual(await engine.inventory(), before);
      assert.deepEqual(await branches(), ["master", "pr-35-by-hand"]);
    });
  });

  const repoOf = (name: string) => ({ project: { name: "default" }, name, type: "user" });

  // mocha runs a suite's own tests before those of its nested suites
  describe("in the end", () => {
    it("leaves nothing behind when it is destroyed", async () => {
      const { code, stderr } = await script("destroy", ["--confirm", STACK, "--remove-stack"]);
      assert.equal(code, 0, stderr);
      assert.ok(isEmpty(await engine.inventory()));
    });
  });
});

/** What the environment pr-35 contains, whose stack was removed by force. */
const LEFT_BEHIND = [
  "branch default/dogs-and-cats@pr-35-image-classification",
  "bucket pr-35-determined-seldon-detector",
  "namespace pr-35-seldon",
  "pipeline default/pr-35-dogs-and-cats-deploy",
  "pipeline default/pr-35-dogs-and-cats-model",
  "secret default/pr-35-pipeline-secret",
  "secret pr-35-seldon/deployment-secret",
  "secret pr-35-seldon/pr-35-seldon-rclone-secret",
  "secret seldon-logs/pr-35-seldon-rclone-secret",
];

/** The comment without what differs between runs: hashes, and times of the machine. */
function normalized(comment: string): string {
  return comment
    .replace(/<!-- plan:\S+ -->/, "<!-- plan:PLAN -->")
    .replace(/<!-- overview:[0-9a-f]{40} -->/, "<!-- overview:COMMIT -->")
    .replace(/fingerprint `[0-9a-f]{12}`/, "fingerprint `FINGERPRINT`");
}
