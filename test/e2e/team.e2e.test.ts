import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type RunResult, run } from "../../command-line/processes/run";
import { repository } from "../../command-line/repository";
import { isEmpty } from "../../sandbox/inventory";
import { clusterIdsIn, parseState } from "../../scripts/exported-state";
import { BASE_TAG, LABEL_TAG } from "../../scripts/preview-env/ownership";
import { Engine } from "../support/engine";
import { GithubServer } from "../support/github-server";

const STACK = "sandbox-e2e-team";
const EXPIRED = "pr-36";
const EXPIRED_REPO = "pr-36-notes";
/** Its stack file, which a sweep leaves. */
const EXPIRED_FILE = join(repository, `Pulumi.${EXPIRED}.yaml`);
const IMAGE = "gcr.io/determined-ai/pachyderm-seldon/train";
const [PROVIDER, REPO] = ["pulumi:providers:pachyderm", "pachyderm:index:Repo"] as const;
const KEY = "useCases.image-classification.training.image";
const PULL_REQUEST = 34;

/**
 * A team's week: pull requests with a comment, deployments of what was reviewed, drift, an update that
 * is killed, environments of pull requests and what they leave behind.
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
  });
  after(async () => {
    await engine?.stop();
    await github?.stop();
    rmSync(folder, { recursive: true, force: true });
    rmSync(EXPIRED_FILE, { force: true });
  });

  /** Runs an npm script as a workflow's job does. */
  function script(name: string, args: readonly string[], env = {}): Promise<RunResult> {
    return run("npm", ["run", "--silent", name, "--", "--stack", STACK, ...args], {
      cwd: repository,
      env: {
        ...engine.sandbox.env,
        ...github.environment,
        ...env,
      },
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

  function comment(): Promise<RunResult> {
    const check = ["--check", join(folder, "check.json"), "--commit", head];
    return script("comment", [
      "--pull-request",
      `${PULL_REQUEST}`,
      ...check,
      join(folder, "comment.md"),
    ]);
  }

  it("goes up as it was planned", async () => {
    const { fingerprint } = await plan();
    const { code, stderr } = await script("deploy", ["--fingerprint", fingerprint ?? ""]);
    assert.equal(code, 0, stderr);
    assert.deepEqual((await engine.preview()).changes, []);
  });

  it("shows in a pull request what another image does", async () => {
    await engine.configure(KEY, `${IMAGE}:0.0.20`);
    const planned = await plan();
    assert.ok(planned.comment.includes(`Only fingerprint \`${planned.fingerprint}\` is applied.`));
    const expected = readFileSync(join(repository, "test/fixtures/comments/team.md"), "utf8");
    assert.equal(normalized(planned.comment), expected);
    const { code, stderr } = await comment();
    assert.equal(code, 0, stderr);
    assert.deepEqual(
      github.comments.map(({ body }) => body),
      [planned.comment],
    );
  });

  it("edits that comment when the pull request changes", async () => {
    await engine.configure(KEY, `${IMAGE}:0.0.21`);
    const planned = await plan();
    await comment();
    assert.deepEqual(
      github.comments.map(({ body }) => body),
      [planned.comment],
    );
    assert.deepEqual(
      github.checkRuns.map(({ name, conclusion, output }) => [name, conclusion, output.title]),
      [[`plan of ${STACK}`, "success", `${STACK}: 1 pipeline restarts`]],
    );
  });

  it("refuses another plan than the reviewed one, and says how it differs", async () => {
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

  it("refuses a commit that no reviewed pull request brought", async () => {
    const { code, stderr } = await script("deploy", ["--reviewed"]);
    assert.equal(code, 1);
    assert.match(
      stderr,
      /^deploy: commit \w+ does not belong to a merged pull request, so nobody reviewed/,
    );
  });

  it("applies what the merged pull request's comment shows, and changes nothing else", async () => {
    const before = await engine.versions();
    await engine.configure(KEY, `${IMAGE}:0.0.21`);
    github.pulls[head] = [
      { number: PULL_REQUEST, merged_at: "2026-01-01T00:00:00Z", merge_commit_sha: head },
    ];
    const { code, stderr } = await script("deploy", ["--reviewed"]);
    assert.equal(code, 0, stderr);
    assert.deepEqual(await engine.versions(), { ...before, "dogs-and-cats-model": 2 });
  });

  it("refuses where it cannot tell whether the deployed commit is newer", async () => {
    const other = join(folder, "other");
    await run("git", ["init", "--quiet", other]);
    const author = ["-c", "user.name=a", "-c", "user.email=a@example.com"];
    await run("git", [...author, "commit", "--quiet", "--allow-empty", "-m", "x"], { cwd: other });
    const env = { GIT_DIR: join(other, ".git") };
    const { code, stderr } = await script("deploy", ["--reviewed"], env);
    assert.equal(code, 5);
    assert.match(
      stderr,
      new RegExp(`commit ${head.slice(0, 9)}, which was deployed last, is not in`),
    );
  });

  it("refuses a commit that is older than the deployed one", async () => {
    // a repository with the objects of this one, in which the deployed commit has a parent
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
      `commit ${parent.slice(0, 9)} is older than ${head.slice(0, 9)}, which was deployed last: deploy the newest commit, or revert on the branch\n`,
    );
  });

  it("names a rotated secret and what restarts for it, and never its value", async () => {
    await engine.configure("credentials.det_password", "s3cret-value", true);
    const planned = await plan();
    assert.match(
      planned.comment,
      /\*\*Secrets that change:\*\* `det_password` \(2 pipelines restart\)/,
    );
    const kept = ["comment.md", "plan.json"].map((file) =>
      readFileSync(join(folder, file), "utf8"),
    );
    assert.ok(!kept.join().includes("s3cret-value"));
    const { code } = await script("deploy", ["--fingerprint", planned.fingerprint ?? ""]);
    assert.equal(code, 0);
  });

  it("finds by night what somebody changed by hand, and keeps one issue about it", async () => {
    const quiet = await script("drift", ["--issue"]);
    assert.equal(quiet.code, 0, quiet.stdout + quiet.stderr);
    await engine.changeImageBehindItsBack("dogs-and-cats-model", "by-hand:1");
    const drifted = await script("drift", ["--issue"]);
    assert.equal(drifted.code, 6, drifted.stderr);
    assert.match(
      drifted.stdout,
      /changed: image-classification-training-pipeline\n.*\n.*\+ spec\.transform\.image: "by-hand:1"/,
    );
    assert.deepEqual(
      github.issues.map(({ title, state }) => [title, state]),
      [[`Drift: 1 resource of ${STACK} changed outside of Pulumi`, "open"]],
    );
    const { comment: shown } = await plan();
    assert.match(shown, /### `sandbox-e2e-team`: no change\n\n<details>.*Drift found.*\(1\)/);
    assert.ok(shown.includes('+ spec.transform.image: "by-hand:1"'));
    // looking changes nothing: the next up still restores what the program describes
    await engine.pulumi(["up", "--yes", "--refresh"]);
    assert.equal((await script("drift", ["--issue"])).code, 0);
    assert.deepEqual(
      github.issues.map(({ state }) => state),
      ["closed"],
    );
  });

  it("goes on after an update that was killed half-way", async () => {
    const before = await engine.versions();
    await engine.configure(KEY, `${IMAGE}:0.0.23`);
    await killedUp("image-classification-training-pipeline");
    assert.match(await engine.failure(["up", "--yes", "--skip-preview"]), /currently locked/);
    await engine.pulumi(["cancel", "--yes"]);
    await engine.pulumi(["refresh", "--yes", "--clear-pending-creates"]);
    await engine.up();
    assert.deepEqual((await engine.preview()).changes, []);
    const now = await engine.versions();
    const model = "dogs-and-cats-model";
    assert.deepEqual(now, { ...before, [model]: (before[model] ?? 0) + 1 });
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

  describe("with environments of pull requests beside it", () => {
    before(async () => {
      await commit();
      const runs = [
        environment(PULL_REQUEST, "--train", "--owner", "Alice", "--label", "preview-env"),
        environment(PULL_REQUEST + 1, "--train"),
      ];
      for (const { code, stdout, stderr } of await Promise.all(runs)) {
        assert.equal(code, 0, stdout + stderr);
      }
    });

    /** Runs what the workflow does for the label; only the first pull request has comments. */
    function environment(number: number, ...args: string[]): Promise<RunResult> {
      const comments = number === PULL_REQUEST ? ["--comment"] : [];
      return script("preview-env", ["--pull-request", `${number}`, ...comments, ...args]);
    }

    const comments = () =>
      github.comments.map(({ body }) => body).filter((body) => body.includes("### Environment"));

    it("trains once on a branch of the same data, and not with the next commit", async () => {
      const jobs = await countJobs("dogs-and-cats-model");
      assert.equal(await countJobs("pr-34-dogs-and-cats-model"), 1);
      await commit();
      assert.equal(await countJobs("dogs-and-cats-model"), jobs + 1);
      assert.equal(await countJobs("pr-34-dogs-and-cats-model"), 1);
    });

    it("says in the pull request whose the environment is and until when, and in the end that it is gone", async () => {
      const [comment, ...more] = comments();
      assert.deepEqual(more, []);
      assert.match(comment ?? "", /### Environment `pr-34` is up until \d{4}-\d\d-\d\d\n/);
      assert.match(
        comment ?? "",
        /\nIt belongs to `alice`\. Each update makes it live for 3 more days/,
      );

      const tags = await engine.on(repository, "pr-34").pulumi(["stack", "tag", "ls", "--json"]);
      assert.equal(JSON.parse(tags.stdout)[LABEL_TAG], "preview-env");

      github.pullRequest.state = "closed";
      const { code, stdout, stderr } = await environment(
        PULL_REQUEST,
        ...["--destroy", "--label", "preview-env", "--unlock"],
      );
      assert.equal(code, 0, stdout + stderr);
      assert.doesNotMatch(JSON.stringify(await engine.inventory()), /pr-34-/);
      assert.deepEqual(await branches(), ["master", "pr-35-image-classification"]);
      const [end, ...others] = comments();
      assert.match(end ?? "", /### Environment `pr-34` is destroyed\n$/);
      assert.deepEqual(others, []);
    });

    /** The branches of the data repo. */
    async function branches(): Promise<string[]> {
      const listed = await engine.listPachyderm<{ branch: { name: string } }>(
        "pfs_v2.API/ListBranch",
        { repo: repoOf("dogs-and-cats") },
      );
      return listed.map(({ branch }) => branch.name).sort();
    }

    /**
     * Makes an environment past its expiry on the same clusters, whose update was killed while it created
     * a repo.
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
      const stored = join(backend(), ".pulumi/stacks/pachyderm-seldon", `${other.stack}.json`);
      const state = JSON.parse(readFileSync(stored, "utf8"));
      state.checkpoint.latest.pending_operations = [{ resource: repo, type: "creating" }];
      writeFileSync(stored, JSON.stringify(state));
      await engine.callPachyderm("pfs_v2.API/CreateRepo", { repo: repoOf(EXPIRED_REPO) });
      lock(other.stack, 61);
    }

    const backend = () => String(engine.sandbox.env.PULUMI_BACKEND_URL).replace("file://", "");

    /** What a killed update leaves in the backend. */
    function lock(stack: string, minutesAgo: number): void {
      const locks = join(backend(), ".pulumi/locks/organization/pachyderm-seldon", stack);
      mkdirSync(locks, { recursive: true });
      const file = join(locks, "of-a-killed-update.json");
      const timestamp = new Date(Date.now() - minutesAgo * 60_000);
      const owner = { pid: 1, username: "runner", hostname: "gone", timestamp };
      writeFileSync(file, JSON.stringify(owner));
      utimesSync(file, timestamp, timestamp);
    }

    const stateOf = async (stack: Engine) =>
      parseState((await stack.pulumi(["stack", "export"])).stdout, stack.stack);

    it("sweeps up what a removed stack left behind and a stack past its expiry, and nothing else", async () => {
      // by somebody else, who happens to use the same prefix
      const repo = repoOf("dogs-and-cats");
      await engine.callPachyderm("pfs_v2.API/CreateBranch", {
        branch: { repo, name: "pr-35-by-hand" },
      });
      await engine.on(repository, "pr-35").forget();
      await expiredStack();
      const versions = await engine.versions();

      const listed = await script("sweep", ["--json"]);
      assert.equal(listed.code, 6, listed.stderr);
      const { expired, orphans, left } = JSON.parse(listed.stdout) as Found;
      assert.deepEqual(
        expired.map(({ stack, expired: day }) => [stack, day]),
        [[EXPIRED, "2020-01-31"]],
      );
      const found = orphans.map(({ kind, id }) => `${kind} ${id}`).sort();
      assert.deepEqual(found, LEFT_BEHIND);
      assert.deepEqual(
        left.map(({ id }) => id),
        ["default/dogs-and-cats@pr-35-by-hand"],
      );
      assert.deepEqual(await engine.versions(), versions, "looking changed something");

      const { code, stderr } = await script("sweep", ["--yes"]);
      assert.equal(code, 0, stderr);
      for (const thing of LEFT_BEHIND) assert.ok(stderr.includes(`deleted ${thing}\n`), thing);
      const { stdout } = await engine.pulumi(["stack", "ls", "--json"]);
      assert.deepEqual(
        (JSON.parse(stdout) as { name: string }[]).map(({ name }) => name),
        [STACK],
      );
      assert.match(stderr, /^breaking the lock, which is older than 60 minutes$/m);
      assert.match(stderr, new RegExp(`^Pulumi\\.${EXPIRED}\\.yaml stays: delete it, or `, "m"));
      assert.ok(existsSync(EXPIRED_FILE));
      const inventory = JSON.stringify(await engine.inventory());
      assert.doesNotMatch(inventory, /pr-3[56]-/);
      assert.deepEqual(await branches(), ["master", "pr-35-by-hand"]);
      assert.deepEqual((await engine.preview()).changes, []);
    });
  });

  const repoOf = (name: string) => ({ project: { name: "default" }, name, type: "user" });

  /** New data of production. */
  async function commit(): Promise<void> {
    const branch = { repo: repoOf("dogs-and-cats"), name: "master" };
    const started = await engine.callPachyderm("pfs_v2.API/StartCommit", { branch });
    await engine.callPachyderm("pfs_v2.API/FinishCommit", { commit: started });
  }

  async function countJobs(name: string): Promise<number> {
    const pipeline = { project: { name: "default" }, name };
    const jobs = await engine.listPachyderm("pps_v2.API/ListJob", { pipeline, history: "-1" });
    return jobs.length;
  }

  // mocha runs a suite's own tests before those of the suites in it
  describe("in the end", () => {
    it("leaves nothing when it goes", async () => {
      const { code, stderr } = await script("destroy", ["--confirm", STACK, "--remove-stack"]);
      assert.equal(code, 0, stderr);
      assert.ok(isEmpty(await engine.inventory()));
    });
  });
});

/** The part of what `npm run sweep -- --json` prints that is checked. */
interface Found {
  readonly expired: readonly { readonly stack: string; readonly expired: string }[];
  readonly orphans: readonly { readonly kind: string; readonly id: string }[];
  readonly left: readonly { readonly id: string }[];
}

/** What the environment pr-35 has, whose stack was removed by force. */
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

/** The comment without what differs from run to run: hashes, and times of the machine. */
function normalized(comment: string): string {
  return comment
    .replace(/<!-- plan:\S+ -->/, "<!-- plan:PLAN -->")
    .replace(/<!-- overview:[0-9a-f]{40} -->/, "<!-- overview:COMMIT -->")
    .replace(/fingerprint `[0-9a-f]{12}`/, "fingerprint `FINGERPRINT`");
}
