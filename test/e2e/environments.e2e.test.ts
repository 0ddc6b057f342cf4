import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type RunResult, run } from "../../command-line/processes/run";
import { repository } from "../../command-line/repository";
import { KubernetesApi } from "../../sandbox/cluster/api";
import { isEmpty } from "../../sandbox/inventory";
import { LABEL_TAG } from "../../scripts/preview-env/ownership";
import { Engine } from "../support/engine";
import { GithubServer } from "../support/github-server";

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

  /** Names in the systems that begin with the prefix, and all others. */
  async function names() {
    const { pipelines, repos, secrets, namespaces, buckets } = await engine.inventory();
    const all = [
      ...[...pipelines, ...namespaces, ...buckets].map(({ name }) => name),
      ...repos,
      ...secrets.map(({ name }) => name.split("/").slice(1).join("/")),
    ];
    // the Secret of the serving image has this name
    const [own, others] = [true, false].map((prefixed) =>
      all.filter((name) => name !== "deployment-secret" && name.startsWith(PREFIX) === prefixed),
    );
    return { own: own ?? [], others: (others ?? []).sort() };
  }

  const repoOf = (name: string) => ({ project: { name: "default" }, name, type: "user" });

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

  describe("on the data of production", () => {
    let other: Engine;
    let api: KubernetesApi;
    let production: { others: string[]; versions: Record<string, number> };
    const TRAINING = `${PREFIX}dogs-and-cats-model`;
    const DEPLOYMENT = `${PREFIX}dogs-and-cats-deploy`;
    const BRANCH = `${PREFIX}image-classification`;
    const SECRETS = "/api/v1/namespaces/default/secrets";

    before(async () => {
      api = KubernetesApi.fromKubeconfig(engine.sandbox.kubeconfig);
      other = await engine.beside("sandbox-e2e-environments-data");
      await other.configureAll({
        namePrefix: PREFIX,
        "useCases.image-classification.data.existing": "true",
        "useCases.image-classification.data.branch": "master",
      });
      await commit();
      production = { others: (await names()).others, versions: await engine.versions() };
    });
    after(() => other?.forget());

    async function branchesOf(repo: string): Promise<string[]> {
      const branches = await engine.listPachyderm<{ branch: { name: string } }>(
        "pfs_v2.API/ListBranch",
        { repo: repoOf(repo) },
      );
      return branches.map(({ branch }) => branch.name).sort();
    }

    interface LiveSecret {
      readonly metadata: { readonly uid: string; readonly labels: Record<string, string> };
      readonly data: Record<string, string>;
    }
    const liveSecret = async () =>
      (await api.get(`${SECRETS}/${PREFIX}pipeline-secret`)) as unknown as LiveSecret;

    /** State and version of the environment's pipelines. */
    async function states(): Promise<Record<string, unknown[]>> {
      const { pipelines } = await engine.inventory();
      const own = pipelines.filter(({ name }) => name.startsWith(PREFIX));
      return Object.fromEntries(own.map(({ name, state, version }) => [name, [state, version]]));
    }

    async function assertProductionIsUnchanged(): Promise<void> {
      const versions = await engine.versions();
      for (const [name, version] of Object.entries(production.versions))
        assert.equal(versions[name], version, name);
      assert.deepEqual((await names()).others, production.others);
    }

    it("come up next to it, and adopt by configuration what was created by hand, in place", async () => {
      const body = {
        ...{ apiVersion: "v1", kind: "Secret" },
        metadata: { name: `${PREFIX}pipeline-secret`, namespace: "default" },
        data: { det_user: Buffer.from("by hand").toString("base64") },
      };
      await api.create(SECRETS, body, { fieldManager: "kubectl-create" });
      const { uid } = (await liveSecret()).metadata;
      const shown = (await other.failure(["preview"])).replaceAll(/\s+/g, " ");
      assert.ok(
        shown.includes(
          "Secret default/pr-12-pipeline-secret already exists: choose another namePrefix if it belongs " +
            "to another stack; or, to adopt it, run `pulumi config set adopt true`, `pulumi up`, then " +
            "`pulumi config rm adopt`",
        ),
        shown,
      );
      await other.configure("adopt", "true");
      await other.up();
      const { metadata, data } = await liveSecret();
      assert.equal(metadata.uid, uid, "it was deleted and created again");
      assert.notEqual(Buffer.from(data.det_user ?? "", "base64").toString(), "by hand");
      await assertProductionIsUnchanged();
    });

    it("train once, and not again with production's next commit", async () => {
      assert.ok(!(await names()).own.includes(`${PREFIX}dogs-and-cats`), "the data were copied");
      assert.deepEqual(await branchesOf("dogs-and-cats"), ["master", BRANCH]);
      assert.equal(await countJobs(TRAINING), 1);
      const jobs = await countJobs("dogs-and-cats-model");
      await commit();
      assert.equal(await countJobs("dogs-and-cats-model"), jobs + 1);
      assert.equal(await countJobs(TRAINING), 1);
    });

    it("are marked with owner and expiry, and pause without restarting anything", async () => {
      const before = await states();
      await other.configureAll({
        adopt: undefined,
        "environment.owner": "alice",
        "environment.expires": "2999-12-31",
        "environment.paused": "true",
      });
      const up = await other.pulumi(["up", "--yes", "--color", "never"]);
      const [previewed = ""] = up.stdout.split(/^Updating /m);
      assert.match(previewed, /pipeline default\/pr-12-dogs-and-cats-model: stopped/);
      const paused = Object.entries(before).map(([name, [, version]]) => [
        name,
        ["PIPELINE_PAUSED", version],
      ]);
      assert.deepEqual(await states(), Object.fromEntries(paused));
      const { labels } = (await liveSecret()).metadata;
      assert.equal(labels["pachyderm-seldon/owner"], "alice");
      assert.equal(labels["pachyderm-seldon/expires"], "2999-12-31");
    });

    it("stay paused through an update, which stops what was started by hand", async () => {
      const paused = await states();
      const pipeline = { project: { name: "default" }, name: TRAINING };
      await engine.callPachyderm("pps_v2.API/StartPipeline", { pipeline });
      const { stdout } = await other.pulumi([
        ...["up", "--refresh", "--yes", "--skip-preview", "--color", "never"],
      ]);
      assert.match(stdout, /image-classification-training-pipeline updated .*\[diff: ~stopped\]/);
      assert.match(stdout, /Resources:\n +~ 1 updated\n +\d+ unchanged\n/);
      assert.deepEqual(await states(), paused);
    });

    it("start again without the key, and move to a different commit with one job, which the preview predicts", async () => {
      const [paused, jobs] = [await states(), await countJobs(TRAINING)];
      const id = await commit();
      await other.configureAll({
        "environment.paused": undefined,
        "useCases.image-classification.data.branch": undefined,
        "useCases.image-classification.data.commit": id,
      });
      const { changes, shown } = await other.previewDiff();
      assert.deepEqual(changes, [
        "update image-classification-data-branch",
        "update image-classification-deployment-pipeline",
        "update image-classification-training-pipeline",
      ]);
      assert.ok(
        shown.includes(`because branch default/dogs-and-cats@${BRANCH} moves to commit ${id}`),
        shown,
      );
      await other.up();
      const running = Object.entries(paused).map(([name, [, version]]) => [
        name,
        ["PIPELINE_RUNNING", version],
      ]);
      assert.deepEqual(await states(), Object.fromEntries(running));
      assert.equal(await countJobs(TRAINING), jobs + 1);
    });

    it("deploy production's models if they do not train", async () => {
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

    it("are deleted without a trace, and leave production unchanged", async () => {
      await other.destroy();
      assert.deepEqual((await names()).own, []);
      assert.deepEqual(await branchesOf("dogs-and-cats-model"), ["master"]);
      await assertProductionIsUnchanged();
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
        env: await engine.environment(github.environment),
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

    it("trains once on production's data if its training changes, and not with production's next commit", async () => {
      // what the pull request changes
      await engine.configure(IMAGE, "gcr.io/determined-ai/pachyderm-seldon/train:0.0.20");
      const shown = await ups("--label", "preview-env");
      assert.deepEqual(await ownPipelines(), {
        [TRAINING]: 1,
        [`${PREFIX}dogs-and-cats-deploy`]: 1,
      });
      assert.ok(!(await names()).own.includes(`${PREFIX}dogs-and-cats`), "the data were copied");
      assert.equal(await countJobs(TRAINING), 1);
      await commit();
      assert.equal(await countJobs(TRAINING), 1);
      const [comment, ...more] = github.comments.map(({ body }) => body);
      assert.deepEqual(more, []);
      assert.match(comment ?? "", /### Environment `pr-12` is up until \d{4}-\d\d-\d\d\n/);
      assert.match(
        comment ?? "",
        /\| `image-classification` \| one training on the current data of `dogs-and-cats`/,
      );
      assert.match(comment ?? "", /namespace `pr-12-seldon`/);
      const { config, secrets } = await decrypted();
      assert.deepEqual(Object.keys(config.environment ?? {}).sort(), ["expires", "owner"]);
      assert.equal(config.environment?.owner, "alice");
      assert.match(
        comment ?? "",
        /\nIts owner is `alice`\. Each update sets the expiry to 3 days later/,
      );
      const tags = await engine.on(repository, "pr-12").pulumi(["stack", "tag", "ls", "--json"]);
      assert.equal(JSON.parse(tags.stdout)[LABEL_TAG], "preview-env");
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

    /** The state after an update that was killed while it created the deployment pipeline. */
    function killedUpdate(): void {
      const file = engine.stateFile("pr-12");
      const stored = JSON.parse(readFileSync(file, "utf8"));
      const { latest } = stored.checkpoint;
      const isPending = ({ urn }: { urn: string }) =>
        urn.endsWith("::image-classification-deployment-pipeline");
      const { id: _, outputs: __, ...resource } = latest.resources.find(isPending);
      // these are registered later, and so do not exist yet
      const isLater = ({ urn }: { urn: string }) =>
        isPending({ urn }) || urn.endsWith("::cluster-guard");
      latest.resources = latest.resources.filter((one: { urn: string }) => !isLater(one));
      latest.pending_operations = [{ resource, type: "creating" }];
      writeFileSync(file, JSON.stringify(stored));
    }

    /** The lock that the update leaves. */
    function lock(minutesAgo: number): void {
      const locks = join(engine.backend, ".pulumi/locks/organization/pachyderm-seldon/pr-12");
      rmSync(locks, { recursive: true, force: true });
      mkdirSync(locks, { recursive: true });
      const timestamp = new Date(Date.now() - minutesAgo * 60_000);
      const owner = { pid: 1, username: "runner", hostname: "gone", timestamp };
      writeFileSync(join(locks, `${randomUUID()}.json`), JSON.stringify(owner));
    }

    it("continues after a killed update, with production's models if only the deployment changes", async () => {
      await engine.configure(IMAGE, undefined);
      killedUpdate();
      lock(61);
      await ups("--unlock");
      // updated and not created again
      assert.deepEqual(await ownPipelines(), { [`${PREFIX}dogs-and-cats-deploy`]: 2 });
      assert.match(
        github.comments[0]?.body ?? "",
        /the current models of `sandbox-e2e-environments`: the/,
      );
      assert.equal(github.comments.length, 1);
    });

    it("is deleted without a trace, even after a killed update, and leaves production unchanged", async () => {
      killedUpdate();
      lock(61);
      github.pullRequest.state = "closed";
      await ups("--destroy", "--unlock", "--label", "preview-env");
      assert.deepEqual(await names(), { own: [], others });
      assert.deepEqual(await engine.versions(), versions);
      assert.match(github.comments[0]?.body ?? "", /### Environment `pr-12` is destroyed\n$/);
      assert.equal(github.comments.length, 1);
      assert.equal(existsSync(FILE), false);
      assert.match(
        await engine.on(repository, "pr-12").failure(["stack", "export"]),
        /no stack named 'pr-12' found/,
      );
    });
  });

  // mocha runs a suite's own tests before those of its nested suites
  describe("in the end", () => {
    it("leave production without drift, and its destroy leaves nothing", async () => {
      await engine.pulumi(["refresh", "--preview-only", "--expect-no-changes"]);
      await engine.destroy();
      assert.ok(isEmpty(await engine.inventory()), JSON.stringify(await engine.inventory()));
    });
  });
});
