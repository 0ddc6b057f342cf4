import assert from "node:assert/strict";
import { KubernetesApi } from "../../sandbox/cluster/api";
import { isEmpty } from "../../sandbox/inventory";
import { KubernetesSecrets } from "../../sandbox/stand-ins/pachyderm/secrets";
import { type Pachyderm, startPachyderm } from "../../sandbox/stand-ins/pachyderm/server";
import { Engine } from "../support/engine";
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
      assert.match(shown, /Secret default\/pr-12-pipeline-secret exists already/);
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
