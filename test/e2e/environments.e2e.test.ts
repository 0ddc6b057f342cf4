import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type RunResult, run } from "../../command-line/processes/run";
import { repository } from "../../command-line/repository";
import { KubernetesApi } from "../../sandbox/cluster/api";
import { isEmpty } from "../../sandbox/inventory";
import { KubernetesSecrets } from "../../sandbox/stand-ins/pachyderm/secrets";
import { type Pachyderm, startPachyderm } from "../../sandbox/stand-ins/pachyderm/server";
import { Engine } from "../support/engine";
import { GithubServer } from "../support/github-server";
import { callPachyderm } from "../support/pachyderm-calls";

const PREFIX = "pr-12-";

/** Several stacks of this program on one cluster and one Pachyderm. */
describe("environments side by side", () => {
  let engine: Engine;

  before(async () => {
    engine = await Engine.start("sandbox-e2e-environments");
    await engine.configure("useCases.sentiment-analysis", undefined);
    await engine.up();
  });
  after(() => engine?.stop());

  /** Names of what the systems hold that begin with the prefix, and of all else. */
  async function names() {
    const { pipelines, repos, secrets, namespaces, buckets } = await engine.inventory();
    const all = [
      ...[...pipelines, ...namespaces, ...buckets].map(({ name }) => name),
      ...repos,
      ...secrets.map(({ name }) => name.split("/").slice(1).join("/")),
    ];
    // the serving image has this one's name
    const [own, others] = [true, false].map((prefixed) =>
      all.filter((name) => name !== "deployment-secret" && name.startsWith(PREFIX) === prefixed),
    );
    return { own: own ?? [], others: (others ?? []).sort() };
  }

  describe("told apart by their prefix", () => {
    let other: Engine;

    before(async () => {
      other = await engine.beside("sandbox-e2e-environments-pr");
      await other.configure("namePrefix", PREFIX);
    });
    after(() => other?.forget());

    it("share a cluster, and the one comes and changes without the other", async () => {
      const { others } = await names();
      const versions = await engine.versions();
      await other.up();
      assert.deepEqual((await names()).others, others);
      assert.ok((await names()).own.includes(`${PREFIX}pipeline-secret`));
      await other.configureAll({
        "useCases.image-classification.training.image":
          "gcr.io/determined-ai/pachyderm-seldon/train:0.0.20",
        disposable: "false",
      });
      await other.up();
      const now = await engine.versions();
      assert.equal(now[`${PREFIX}dogs-and-cats-model`], 2);
      for (const [name, version] of Object.entries(versions)) assert.equal(now[name], version);
    });

    it("refuses to be destroyed where its data must not be lost", async () => {
      const shown = await other.failure(["destroy", "--yes"]);
      assert.match(shown, /protect/);
      assert.ok((await names()).own.includes(`${PREFIX}dogs-and-cats`));
      assert.ok((await names()).own.includes(`${PREFIX}determined-seldon-detector`));
      await other.configure("disposable", "true");
      await other.up();
    });

    it("goes without a trace, and leaves the other", async () => {
      const { others } = await names();
      await other.destroy();
      assert.deepEqual(await names(), { own: [], others });
      assert.deepEqual((await engine.preview()).changes, []);
    });
  });

  describe("with what somebody else made before", () => {
    let other: Engine;
    let api: KubernetesApi;
    const SECRET = "/api/v1/namespaces/default/secrets";

    before(async () => {
      api = KubernetesApi.fromKubeconfig(engine.sandbox.kubeconfig);
      await engine.callPachyderm("pfs_v2.API/CreateRepo", { repo: { name: "pets", type: "user" } });
      const metadata = { name: `${PREFIX}pipeline-secret`, namespace: "default" };
      const data = { det_user: Buffer.from("by hand").toString("base64") };
      await api.create(
        SECRET,
        { apiVersion: "v1", kind: "Secret", metadata, data },
        { fieldManager: "kubectl-create" },
      );
      other = await engine.beside("sandbox-e2e-environments-adopt");
      await other.configure("namePrefix", PREFIX);
      await other.configureAll({
        "useCases.image-classification.data.repo": "pets",
        "useCases.image-classification.data.existing": "true",
      });
    });
    after(() => other?.forget());

    const liveSecret = () =>
      api.get(`${SECRET}/${PREFIX}pipeline-secret`) as Promise<{
        metadata: { uid: string };
        data: Record<string, string>;
      }>;

    it("take over its Secret by configuration, and put it right in place", async () => {
      const { metadata } = await liveSecret();
      const shown = await other.failure(["up", "--yes", "--skip-preview"]);
      assert.match(shown, /Secret default\/pr-12-pipeline-secret already exists/);
      await other.configure("adopt", "true");
      await other.up();
      await other.configure("adopt", undefined);
      const secret = await liveSecret();
      assert.equal(secret.metadata.uid, metadata.uid, "it was deleted and created again");
      assert.notEqual(Buffer.from(secret.data.det_user ?? "", "base64").toString(), "by hand");
      assert.deepEqual((await other.preview()).changes, []);
    });

    it("read its data repo, and leave it behind", async () => {
      const { pipelines } = await other.inventory();
      const training = pipelines.find(({ name }) => name === `${PREFIX}dogs-and-cats-model`);
      const spec = training?.userSpec as { input: { pfs: { repo: string } } };
      assert.equal(spec.input.pfs.repo, "pets");
      await other.destroy();
      const { own, others } = await names();
      assert.deepEqual(own, []);
      assert.ok(others.includes("pets"));
      await engine.callPachyderm("pfs_v2.API/DeleteRepo", { repo: { name: "pets", type: "user" } });
    });
  });

  describe("on the data of production", () => {
    let other: Engine;
    const TRAINING = `${PREFIX}dogs-and-cats-model`;
    const DEPLOYMENT = `${PREFIX}dogs-and-cats-deploy`;
    const BRANCH = `${PREFIX}image-classification`;
    const repoOf = (name: string) => ({ project: { name: "default" }, name, type: "user" });

    before(async () => {
      other = await engine.beside("sandbox-e2e-environments-data");
      await other.configure("namePrefix", PREFIX);
      await commit();
    });
    after(() => other?.forget());

    /** New data of production. */
    async function commit(): Promise<string> {
      const repo = repoOf("dogs-and-cats");
      const { id } = (await engine.callPachyderm("pfs_v2.API/StartCommit", {
        branch: { repo, name: "master" },
      })) as { id: string };
      await engine.callPachyderm("pfs_v2.API/FinishCommit", { commit: { repo, id } });
      return id;
    }

    async function countJobs(name: string): Promise<number> {
      const pipeline = { project: { name: "default" }, name };
      const jobs = await engine.listPachyderm("pps_v2.API/ListJob", { pipeline, history: "-1" });
      return jobs.length;
    }

    async function branchesOf(repo: string): Promise<string[]> {
      const branches = await engine.listPachyderm<{ branch: { name: string } }>(
        "pfs_v2.API/ListBranch",
        { repo: repoOf(repo) },
      );
      return branches.map(({ branch }) => branch.name).sort();
    }

    it("train once, and not with the next commit of production", async () => {
      await other.configureAll({
        "useCases.image-classification.data.existing": "true",
        "useCases.image-classification.data.branch": "master",
      });
      await other.up();
      assert.ok(!(await names()).own.includes(`${PREFIX}dogs-and-cats`), "the data were copied");
      assert.deepEqual(await branchesOf("dogs-and-cats"), ["master", BRANCH]);
      assert.equal(await countJobs(TRAINING), 1);
      const jobs = await countJobs("dogs-and-cats-model");
      await commit();
      assert.equal(await countJobs("dogs-and-cats-model"), jobs + 1);
      assert.equal(await countJobs(TRAINING), 1);
    });

    it("are marked with owner and expiry, which restarts nothing", async () => {
      const versions = await engine.versions();
      await other.configureAll({
        "environment.owner": "alice",
        "environment.expires": "2999-12-31",
      });
      await other.up();
      assert.deepEqual(await engine.versions(), versions);
      const api = KubernetesApi.fromKubeconfig(engine.sandbox.kubeconfig);
      const path = `/api/v1/namespaces/default/secrets/${PREFIX}pipeline-secret`;
      const { metadata } = (await api.get(path)) as {
        metadata: { labels: Record<string, string> };
      };
      assert.equal(metadata.labels["pachyderm-seldon/owner"], "alice");
      assert.equal(metadata.labels["pachyderm-seldon/expires"], "2999-12-31");
    });

    it("pause, stay paused through an update, and start again once the key is removed", async () => {
      const states = async () => {
        const { pipelines } = await engine.inventory();
        const own = pipelines.filter(({ name }) => name.startsWith(PREFIX));
        return Object.fromEntries(own.map(({ name, state, version }) => [name, [state, version]]));
      };
      const before = await states();
      await other.configure("environment.paused", "true");
      const shown = await other.pulumi(["preview", "--diff", "--color", "never"]);
      assert.match(
        shown.stdout + shown.stderr,
        /pipeline default\/pr-12-dogs-and-cats-model: stopped/,
      );
      await other.up();
      const all = (state: string) =>
        Object.fromEntries(
          Object.entries(before).map(([name, [, version]]) => [name, [state, version]]),
        );
      assert.deepEqual(await states(), all("PIPELINE_PAUSED"));
      assert.deepEqual((await other.preview()).changes, []);

      const name = { project: { name: "default" }, name: TRAINING };
      await engine.callPachyderm("pps_v2.API/StartPipeline", { pipeline: name });
      const drift = await other.failure(["refresh", "--preview-only", "--expect-no-changes"]);
      assert.match(drift, /image-classification-training-pipeline.*\n?.*\[diff: ~stopped/);
      await other.pulumi(["up", "--refresh", "--yes", "--skip-preview"]);
      assert.deepEqual(await states(), all("PIPELINE_PAUSED"));

      // commits to production still start no training
      await commit();
      await other.configure("environment.paused", undefined);
      await other.up();
      assert.deepEqual(await states(), all("PIPELINE_RUNNING"));
    });

    it("move to another commit with one job, which the preview tells", async () => {
      const id = await commit();
      const jobs = await countJobs(TRAINING);
      await other.configureAll({
        "useCases.image-classification.data.branch": undefined,
        "useCases.image-classification.data.commit": id,
      });
      const { changes, shown } = await other.previewDiff();
      assert.deepEqual(changes, ["update image-classification-data-branch"]);
      assert.ok(
        shown.includes(`because branch default/dogs-and-cats@${BRANCH} moves to commit ${id}`),
        shown,
      );
      await other.up();
      assert.equal(await countJobs(TRAINING), jobs + 1);
      assert.deepEqual((await other.preview()).changes, []);
    });

    it("deploy production's models where nothing is to be trained", async () => {
      await other.configureAll({
        "useCases.image-classification.data.existing": undefined,
        "useCases.image-classification.data.commit": undefined,
        "useCases.image-classification.training.defer": "true",
      });
      await other.up();
      const { pipelines } = await other.inventory();
      assert.ok(!pipelines.some(({ name }) => name === TRAINING));
      const deployment = pipelines.find(({ name }) => name === DEPLOYMENT);
      const spec = deployment?.userSpec as { input: { pfs: { repo: string; branch: string } } };
      assert.equal(spec.input.pfs.repo, "dogs-and-cats-model");
      assert.equal(spec.input.pfs.branch, BRANCH);
      const jobs = await countJobs(DEPLOYMENT);
      await commit();
      assert.equal(await countJobs(DEPLOYMENT), jobs);
      assert.deepEqual(await branchesOf("dogs-and-cats"), ["master"]);
    });

    it("go, and leave production as it was", async () => {
      await other.destroy();
      assert.deepEqual((await names()).own, []);
      assert.deepEqual(await branchesOf("dogs-and-cats-model"), ["master"]);
      assert.deepEqual((await engine.preview()).changes, []);
    });
  });

  describe("of a pull request, by npm run preview-env", () => {
    const TRAINING = `${PREFIX}dogs-and-cats-model`;
    const IMAGE = "useCases.image-classification.training.image";
    const FILE = join(repository, "Pulumi.pr-12.yaml");
    let github: GithubServer;
    let others: string[];
    let versions: Record<string, number>;

    before(async () => {
      github = await GithubServer.start();
      others = (await names()).others;
      versions = await engine.versions();
    });
    after(() => github?.stop());

    /** Runs the script as the workflow does, in a fresh checkout: stack files of environments are not in git. */
    async function previewEnv(...args: string[]): Promise<RunResult> {
      rmSync(FILE, { force: true });
      const own = [
        "--stack",
        engine.stack,
        "--pull-request",
        "12",
        "--owner",
        "Alice",
        "--comment",
      ];
      return await run("npm", ["run", "--silent", "preview-env", "--", ...own, ...args], {
        cwd: repository,
        env: {
          ...engine.sandbox.env,
          ...github.environment,
        },
        allowFailure: true,
        timeout: 240_000,
      });
    }

    async function ups(...args: string[]): Promise<string> {
      const { code, stdout, stderr } = await previewEnv(...args);
      assert.equal(code, 0, stdout + stderr);
      return stdout + stderr;
    }

    async function ownPipelines(): Promise<Record<string, number>> {
      const own = Object.entries(await engine.versions());
      return Object.fromEntries(own.filter(([name]) => name.startsWith(PREFIX)));
    }

    async function commit(): Promise<void> {
      const branch = { repo: { name: "dogs-and-cats", type: "user" }, name: "master" };
      const { id } = (await engine.callPachyderm("pfs_v2.API/StartCommit", { branch })) as {
        id: string;
      };
      await engine.callPachyderm("pfs_v2.API/FinishCommit", { commit: { repo: branch.repo, id } });
    }

    async function trainings(): Promise<number> {
      const pipeline = { project: { name: "default" }, name: TRAINING };
      const jobs = await engine.listPachyderm("pps_v2.API/ListJob", { pipeline, history: "-1" });
      return jobs.length;
    }

    it("trains once on production's data where the training changes, and not with its next commit", async () => {
      // what the pull request changes
      await engine.configure(IMAGE, "gcr.io/determined-ai/pachyderm-seldon/train:0.0.20");
      const shown = await ups();
      assert.deepEqual(await ownPipelines(), {
        [TRAINING]: 1,
        [`${PREFIX}dogs-and-cats-deploy`]: 1,
      });
      assert.ok(!(await names()).own.includes(`${PREFIX}dogs-and-cats`), "the data were copied");
      assert.equal(await trainings(), 1);
      await commit();
      assert.equal(await trainings(), 1);
      const [comment, ...more] = github.comments.map(({ body }) => body);
      assert.deepEqual(more, []);
      assert.match(comment ?? "", /### Environment `pr-12` is up until \d{4}-\d\d-\d\d\n/);
      assert.match(comment ?? "", /\| `image-classification` \| one training on `dogs-and-cats`/);
      assert.match(comment ?? "", /namespace `pr-12-seldon`/);
      const { config, secrets } = await decrypted();
      assert.deepEqual(Object.keys(config.environment ?? {}).sort(), ["expires", "owner"]);
      assert.equal(config.environment?.owner, "alice");
      assert.ok(secrets.length >= 5);
      const written = readFileSync(FILE, "utf8") + shown + comment;
      for (const secret of secrets)
        assert.ok(!written.includes(secret), "a secret is in plain text");
    });

    /** The environment's configuration and the values of its secrets. */
    async function decrypted() {
      const own = engine.on(repository, "pr-12");
      const { stdout } = await own.pulumi(["config", "--json", "--show-secrets"]);
      const config = JSON.parse(stdout) as Record<string, { objectValue?: Record<string, string> }>;
      const block = (key: string) => config[`pachyderm-seldon:${key}`]?.objectValue;
      const secrets = Object.values(block("credentials") ?? {});
      return { config: { environment: block("environment") }, secrets };
    }

    it("deploys production's models where only the deployment changes", async () => {
      await engine.configure(IMAGE, undefined);
      await ups();
      assert.deepEqual(Object.keys(await ownPipelines()), [`${PREFIX}dogs-and-cats-deploy`]);
      assert.match(github.comments[0]?.body ?? "", /those of `sandbox-e2e-environments`, as they/);
    });

    /** What an update leaves behind that was killed while it created the deployment pipeline. */
    function killedUpdate(): void {
      const file = join(backend(), ".pulumi/stacks/pachyderm-seldon/pr-12.json");
      const stored = JSON.parse(readFileSync(file, "utf8"));
      const { latest } = stored.checkpoint;
      const isPending = ({ urn }: { urn: string }) =>
        urn.endsWith("::image-classification-deployment-pipeline");
      const { id: _, outputs: __, ...resource } = latest.resources.find(isPending);
      // what is registered after it, and so is not there yet
      const isLater = ({ urn }: { urn: string }) =>
        isPending({ urn }) || urn.endsWith("::cluster-guard");
      latest.resources = latest.resources.filter((one: { urn: string }) => !isLater(one));
      latest.pending_operations = [{ resource, type: "creating" }];
      writeFileSync(file, JSON.stringify(stored));
    }

    /** The lock that it leaves. */
    function lock(minutesAgo: number): void {
      const locks = join(backend(), ".pulumi/locks/organization/pachyderm-seldon/pr-12");
      rmSync(locks, { recursive: true, force: true });
      mkdirSync(locks, { recursive: true });
      const timestamp = new Date(Date.now() - minutesAgo * 60_000);
      const owner = { pid: 1, username: "runner", hostname: "gone", timestamp };
      writeFileSync(join(locks, `${randomUUID()}.json`), JSON.stringify(owner));
    }

    const backend = () => String(engine.sandbox.env.PULUMI_BACKEND_URL).replace("file://", "");

    it("refuses a stack that nobody has deployed, which has no data", async () => {
      const { code, stderr } = await previewEnv("--stack", "dev");
      assert.equal(code, 1);
      assert.match(stderr, /^preview-env: stack dev does not exist in this backend \(/m);
      const comments = github.comments.splice(1).map(({ body }) => body);
      assert.match(comments.join(), /### Environment `pr-12` could not be updated/);
    });

    it("refuses to destroy the environment of another stack's pull request", async () => {
      const { code, stderr } = await previewEnv("--stack", "dev", "--destroy", "--unlock");
      assert.equal(code, 1);
      assert.match(
        stderr,
        /pr-12 is the environment of .* for stack sandbox-e2e-environments, not/,
      );
      github.comments.splice(1);
    });

    it("continues after an update that was killed, once no other can be running, and then changes nothing", async () => {
      killedUpdate();
      lock(1);
      const { code, stderr } = await previewEnv("--unlock");
      assert.equal(code, 1);
      assert.match(
        stderr,
        /^preview-env: stack pr-12 is locked by runner@gone \(pid 1\) since \S+Z:/m,
      );
      assert.match(github.comments[0]?.body ?? "", /### Environment `pr-12` could not be updated/);
      lock(61);
      const before = await ownPipelines();
      await ups("--unlock");
      assert.deepEqual(await ownPipelines(), before);
      assert.equal(github.comments.length, 1);
    });

    it("goes without a trace, even after a killed update, and production stays as it is", async () => {
      killedUpdate();
      lock(61);
      await ups("--destroy", "--unlock");
      assert.deepEqual(await names(), { own: [], others });
      assert.deepEqual(await engine.versions(), versions);
      assert.deepEqual((await engine.preview()).changes, []);
      assert.match(github.comments[0]?.body ?? "", /### Environment `pr-12` is destroyed/);
      assert.equal(existsSync(FILE), false);
      assert.match(
        await engine.on(repository, "pr-12").failure(["stack", "export"]),
        /no stack named 'pr-12' found/,
      );
      assert.match(await ups("--destroy"), /### Environment `pr-12` does not exist/);
    });
  });

  describe("on a Pachyderm that has auth on", () => {
    const TOKEN = "root-token-of-this-test";
    const env = { PACHYDERM_TOKEN: TOKEN };
    let server: Pachyderm;
    let other: Engine;

    before(async () => {
      const secrets = KubernetesSecrets.fromKubeconfig(engine.sandbox.kubeconfig);
      server = await startPachyderm({ rootToken: TOKEN, secrets });
      other = await engine.beside("sandbox-e2e-environments-auth");
      await other.configure("namePrefix", PREFIX);
      await other.configure("pachyderm.address", server.address);
    });
    after(async () => {
      await other?.forget();
      await server?.close();
    });

    async function readers(): Promise<Record<string, string[]>> {
      const { body } = await callPachyderm(
        server.address,
        "auth_v2.API/GetRoleBinding",
        { resource: { type: "REPO", name: `default/${PREFIX}dogs-and-cats` } },
        { headers: { "authn-token": TOKEN } },
      );
      const { entries } = (body as { binding: { entries: Record<string, { roles: object }> } })
        .binding;
      return Object.fromEntries(
        Object.entries(entries).map(([principal, { roles }]) => [principal, Object.keys(roles)]),
      );
    }

    it("let Seldon read the data, and take that away again with the stack", async () => {
      await other.up({ env });
      assert.deepEqual((await readers())["robot:seldon"], ["repoReader"]);
      assert.deepEqual((await other.preview({ env })).changes, []);
      await other.configure("seldon.dataReader", "");
      await other.up({ env });
      assert.equal((await readers())["robot:seldon"], undefined);
      await other.destroy({ env });
      assert.deepEqual((await names()).own, []);
    });

    it("refuse a preview without a token", async () => {
      const shown = await other.failure(["preview"]);
      assert.match(shown, /PACHYDERM_TOKEN/);
    });
  });

  // mocha runs a suite's own tests before those of the suites in it
  describe("in the end", () => {
    it("leave nothing", async () => {
      await engine.destroy();
      assert.ok(isEmpty(await engine.inventory()), JSON.stringify(await engine.inventory()));
    });
  });
});
