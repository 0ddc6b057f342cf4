import assert from "node:assert/strict";
import { stackMark } from "../../../../program/stack-mark";
import { repository } from "../../../../sandbox/paths";
import { type RunResult, run } from "../../../../sandbox/runtime/run";
import { type Gcs, startGcs } from "../../../../sandbox/stand-ins/gcs/server";
import { sweep as runSweep, type SweepOptions } from "../../../../scripts/sweep/sweep";
import { FakePulumi } from "../../../support/fake-pulumi";
import { CLUSTER_ID, FakeSeldonCluster } from "../../../support/fake-seldon-cluster";
import { TestServer } from "../../../support/pachyderm-server";

const BACKEND = "gs://state";
const STACK = "organization/pachyderm-seldon/dev";
const home = { backend: BACKEND, organization: "organization", project: "pachyderm-seldon" };
const MARK = stackMark(home, "pr-12");
const SECRET = "/api/v1/namespaces/default/secrets/pr-12-pipeline-secret";

/** The script with stand-ins for all that it talks to. */
describe("npm run sweep", function () {
  this.timeout(20_000);
  const pachyderm = new TestServer();
  const cluster = new FakeSeldonCluster();
  let gcs: Gcs;
  let pulumi: FakePulumi;
  let pachydermId: string;

  beforeEach(async () => {
    await pachyderm.start();
    gcs = await startGcs();
    pulumi = new FakePulumi();
    cluster.objects.clear();
    cluster.requests.length = 0;
    const kubeconfig = await cluster.start();
    cluster.install();
    pachydermId = (await pachyderm.call("admin_v2.API/InspectCluster", {})).id;
    configure(kubeconfig);
    pulumi.answer("stack ls", [{ name: STACK }, { name: "organization/other/x" }]);
    pulumi.answer("stack export", state([]));
    deploy(CLUSTER_ID, pachydermId);
    await leaveBehind();
  });
  afterEach(async () => {
    pulumi.remove();
    await Promise.all([pachyderm.server.close(), gcs.close(), cluster.stop()]);
  });

  const state = (resources: object[]) => ({ version: 3, deployment: { resources } });
  const resource = (type: string, id: string, outputs: object) => ({
    urn: `urn:pulumi:dev::pachyderm-seldon::${type}::r`,
    type,
    id,
    custom: true,
    outputs,
  });

  function configure(kubeconfig: string): void {
    const address = pachyderm.server.address;
    pulumi.answer("config --json", {
      "gcp:project": { value: "sandbox" },
      "gcp:accessToken": { value: "t0ken", secret: true },
      "gcp:storageCustomEndpoint": { value: gcs.endpoint },
      "pachyderm-seldon:pachyderm": { value: "{}", objectValue: { address } },
      "pachyderm-seldon:kubernetes": { value: "{}", objectValue: { kubeconfig } },
    });
  }

  /** The stack of the sweep is on these clusters. */
  function deploy(kubernetes: string, pach: string): void {
    const cluster = resource("seldon:index:Cluster", "cluster", { clusterId: kubernetes });
    const repo = resource("pachyderm:index:Repo", "default/pets", { clusterId: pach });
    pulumi.answer("stack export", state([cluster, repo]), STACK);
  }

  /** What stack pr-12, which is gone, left on Pachyderm and Kubernetes. */
  async function leaveBehind(): Promise<void> {
    const repo = { name: "pr-12-pets", type: "user" };
    const description = `owner=alice, stack=${MARK}, prefix=pr-12-`;
    await pachyderm.call("pfs_v2.API/CreateRepo", { repo, description });
    await pachyderm.createRepo("pets");
    await pachyderm.createRepo("pr-12-notes");
    const metadata = {
      name: "pr-12-pipeline-secret",
      namespace: "default",
      uid: "1",
      creationTimestamp: "2026-01-01T00:00:00Z",
      labels: { "pachyderm-seldon/stack": MARK },
      annotations: { "pachyderm-seldon/name-prefix": "pr-12-" },
    };
    cluster.objects.set(SECRET, { metadata });
  }

  const environment = () => ({
    ...process.env,
    ...pulumi.environment(),
    PULUMI_BACKEND_URL: BACKEND,
  });

  /** The script as a command: it takes seconds to start. */
  function runCommand(...options: string[]): Promise<RunResult> {
    return run(process.execPath, ["--import", "tsx", "scripts/sweep.ts", ...options], {
      cwd: repository,
      env: environment(),
      allowFailure: true,
    });
  }

  /** The same in this process. */
  async function sweep(options: Partial<SweepOptions> = {}): Promise<RunResult> {
    const [out, err]: [string[], string[]] = [[], []];
    const output = {
      print: (line: string) => out.push(line),
      report: (line: string) => err.push(line),
    };
    const all = { stack: "dev", yes: false, json: false, ...options };
    const code = await runSweep(all, environment(), output).catch((error: Error) => {
      err.push(error.message);
      return 1;
    });
    return { code, stdout: out.join("\n"), stderr: err.join("\n") };
  }

  async function repos(): Promise<string[]> {
    const found = await pachyderm.call("pfs_v2.API/ListRepo", { type: "user" });
    return found
      .map(({ result }: { result: { repo: { name: string } } }) => result.repo.name)
      .sort();
  }

  /** Lets a sweep fail, and checks that it deleted nothing. */
  async function refuses(reason: RegExp, stack = "dev"): Promise<void> {
    const { code, stderr, stdout } = await sweep({ stack, yes: true });
    assert.equal(code, 1, stdout);
    assert.match(stderr, reason);
    assert.deepEqual(await repos(), ["pets", "pr-12-notes", "pr-12-pets"]);
    assert.deepEqual(cluster.changes(), []);
  }

  it("lists what is left behind, and deletes it, as documented", async () => {
    const listed = await sweep();
    assert.equal(listed.code, 6, listed.stderr);
    assert.match(
      listed.stdout,
      /^left behind by stack pr-12, which is gone \(owner alice\):\n {2}repo default\/pr-12-pets \(.*\)\n {2}secret default\/pr-12-pipeline-secret \(.* old\)\nleft alone:\n {2}repo default\/pr-12-notes \(.*\): unmarked: it may be somebody else's$/,
    );
    assert.deepEqual(cluster.changes(), []);
    assert.match(listed.stderr, /^to delete this: npm run --silent sweep -- --stack dev --yes$/m);
    const deleted = await sweep({ stack: STACK, yes: true, json: true });
    assert.equal(deleted.code, 0, deleted.stderr);
    assert.deepEqual(deleted.stderr.trim().split("\n"), [
      "deleted repo default/pr-12-pets",
      "deleted secret default/pr-12-pipeline-secret",
    ]);
    assert.deepEqual(JSON.parse(deleted.stdout).failures, []);
    assert.deepEqual(await repos(), ["pets", "pr-12-notes"]);
    assert.equal((await sweep()).code, 0);
  });

  it("deletes nothing that a stack of another project owns", async () => {
    const repo = resource("pachyderm:index:Repo", "default/pr-12-pets", {});
    pulumi.answer("stack export", state([repo]), "organization/other/x");
    assert.equal((await sweep({ yes: true })).code, 0);
    assert.deepEqual(await repos(), ["pets", "pr-12-notes", "pr-12-pets"]);
  });

  it("goes on after a failure, and fails in the end", async () => {
    cluster.refusals.set(`DELETE ${SECRET}`, { status: 403, reason: "Forbidden", message: "no" });
    const { code, stderr } = await sweep({ yes: true });
    cluster.refusals.clear();
    assert.equal(code, 1);
    assert.match(stderr, /^not deleted: secret default\/pr-12-pipeline-secret: no$/m);
    assert.deepEqual(await repos(), ["pets", "pr-12-notes"]);
  });

  it("destroys and removes expired stacks, and goes on with the next one", async () => {
    const labels = { "pachyderm-seldon/expires": "2020-01-31" };
    const secret = {
      ...resource("kubernetes:core/v1:Secret", "x/y", {}),
      inputs: { metadata: { labels } },
    };
    const names = ["pr-1", "pr-2"].map((name) => `organization/pachyderm-seldon/${name}`);
    pulumi.answer(
      "stack ls",
      [STACK, ...names].map((name) => ({ name })),
    );
    for (const name of names) pulumi.answer("stack export", state([secret]), name);
    pulumi.fail("destroy --skip-preview", "the stack is currently locked", names[0]);
    pulumi.answer("destroy --skip-preview", "", names[1]);
    pulumi.answer("stack rm", "");
    const { code, stderr } = await sweep({ yes: true });
    assert.equal(code, 1);
    assert.match(
      stderr,
      new RegExp(`^not deleted: stack ${names[0]}: .*: the stack is currently locked$`, "m"),
    );
    const removed = pulumi.calls().filter((call) => call.startsWith("stack rm"));
    assert.deepEqual(
      removed.map((call) => call.split(" ")[3]),
      [names[1]],
    );
  });

  it("deletes nothing if a state cannot be read", async () => {
    pulumi.fail("stack export", "failed to load checkpoint", "organization/other/x");
    await refuses(/^pulumi stack export: failed to load checkpoint$/m);
  });

  it("deletes nothing if a state has an unknown form", async () => {
    pulumi.answer("stack export", { version: 9 }, "organization/other/x");
    await refuses(/^the state of stack organization\/other\/x is not in a form/m);
  });

  it("deletes nothing if the backend cannot be read, or the passphrase is wrong", async () => {
    pulumi.fail("config --json", "incorrect passphrase");
    await refuses(/^pulumi config --json: incorrect passphrase$/m);
    pulumi.fail("stack ls", "unable to open state directory");
    await refuses(/^pulumi stack ls: unable to open state directory$/m);
  });

  it("deletes nothing while a stack is being updated", async () => {
    pulumi.answer("stack ls", [{ name: STACK, updateInProgress: true }]);
    await refuses(
      /an update is in progress of organization\/pachyderm-seldon\/dev: try again later/,
    );
  });

  it("deletes nothing on other clusters than the stack's, or if a system cannot be reached", async () => {
    deploy("another", pachydermId);
    await refuses(/^the Kubernetes cluster that the configuration of stack .* leads to/m);
    deploy(CLUSTER_ID, "another");
    await refuses(/^the Pachyderm cluster that the configuration of stack .* leads to/m);
    cluster.refusals.set("GET", { status: 403, reason: "Forbidden", message: "no rights" });
    await refuses(/^no rights$/m);
    cluster.refusals.clear();
  });

  it("says what is expected", async () => {
    await refuses(/the backend has no stack prod of project pachyderm-seldon/, "prod");
    const { code, stderr } = await runCommand("--yes");
    assert.equal(code, 1);
    assert.match(stderr, /^sweep: --stack is required\nusage: /);
  });
});
