import assert from "node:assert/strict";
import { type RunResult, run } from "../../../../command-line/processes/run";
import { repository } from "../../../../command-line/repository";
import { stackMark } from "../../../../program/stack-mark";
import { type Gcs, startGcs } from "../../../../sandbox/stand-ins/gcs/server";
import { BASE_TAG, LABEL_TAG } from "../../../../scripts/preview-env/ownership";
import { sweep as runSweep, type SweepOptions } from "../../../../scripts/sweep/sweep";
import { FakePulumi } from "../../../support/fake-pulumi";
import { CLUSTER_ID, FakeSeldonCluster } from "../../../support/fake-seldon-cluster";
import { callAt } from "../../../support/gcs-client";
import { GithubServer } from "../../../support/github-server";
import { TestServer } from "../../../support/pachyderm-server";

const BACKEND = "gs://state";
const STACK = "organization/pachyderm-seldon/dev";
const home = { backend: BACKEND, organization: "organization", project: "pachyderm-seldon" };
const MARK = stackMark(home, "pr-12");
const SECRET = "/api/v1/namespaces/default/secrets/pr-12-pipeline-secret";

/** The script with stand-ins for all systems that it connects to. */
describe("npm run sweep", function () {
  this.timeout(20_000);
  const pachyderm = new TestServer();
  const cluster = new FakeSeldonCluster();
  let gcs: Gcs;
  /** The current time in Cloud Storage. */
  let time = new Date();
  let pulumi: FakePulumi;
  let pachydermId: string;

  beforeEach(async () => {
    await pachyderm.start();
    gcs = await startGcs({ now: () => time });
    time = new Date();
    await callAt(gcs.address, "POST", "/storage/v1/b?project=backend", { name: "state" });
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
      "pachyderm-seldon:pachyderm": { value: JSON.stringify({ address }) },
      "pachyderm-seldon:kubernetes": { value: JSON.stringify({ kubeconfig }) },
    });
  }

  /** The stack of the sweep is on these clusters. */
  function deploy(kubernetes: string, pach: string): void {
    const cluster = resource("seldon:index:Cluster", "cluster", { clusterId: kubernetes });
    const repo = resource("pachyderm:index:Repo", "default/pets", { clusterId: pach });
    pulumi.answer("stack export", state([cluster, repo]), STACK);
  }

  /** What the removed stack pr-12 left on Pachyderm and Kubernetes. */
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

  const variables: NodeJS.ProcessEnv = {};
  const environment = () => ({
    ...process.env,
    STORAGE_EMULATOR_HOST: gcs.address,
    GOOGLE_OAUTH_ACCESS_TOKEN: "t0ken",
    ...variables,
    ...pulumi.environment(),
    PULUMI_BACKEND_URL: BACKEND,
  });

  /** The script as a command: it takes seconds to start. */
  function runCommand(...options: string[]): Promise<RunResult> {
    return run(process.execPath, ["--require", "tsx/cjs", "scripts/sweep.ts", ...options], {
      cwd: repository,
      env: environment(),
      allowFailure: true,
    });
  }

  /** The same in this process; `meanwhile` is called with each line of its progress. */
  async function sweep(
    options: Partial<SweepOptions> = {},
    meanwhile: (line: string) => void = () => undefined,
  ): Promise<RunResult> {
    const [out, err]: [string[], string[]] = [[], []];
    const output = {
      print: (line: string) => out.push(line),
      report: (line: string) => {
        err.push(line);
        meanwhile(line);
      },
    };
    const all = { stack: "dev", yes: false, json: false, comment: false, ...options };
    const code = await runSweep(all, environment(), output).catch((error: Error) => {
      err.push(error.message);
      return 1;
    });
    return { code, stdout: out.join("\n"), stderr: err.join("\n") };
  }

  /** What an update leaves in the backend while it runs, or if it is killed. */
  async function lock(stack: string, since = new Date()): Promise<void> {
    time = since;
    const name = encodeURIComponent(`.pulumi/locks/${stack}/${since.getTime()}.json`);
    const path = `/upload/storage/v1/b/state/o?uploadType=media&name=${name}`;
    assert.equal((await callAt(gcs.address, "POST", path, {})).status, 200);
  }

  async function repos(): Promise<string[]> {
    const found = await pachyderm.call("pfs_v2.API/ListRepo", { type: "user" });
    return found
      .map(({ result }: { result: { repo: { name: string } } }) => result.repo.name)
      .sort();
  }

  /** Makes a sweep fail, and checks that it deleted nothing. */
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
      /^left behind by stack pr-12, which no longer exists \(owner alice\):\n {2}repo default\/pr-12-pets \(.*\)\n {2}secret default\/pr-12-pipeline-secret \(.* old\)\nkept:\n {2}repo default\/pr-12-notes \(.*\): has no mark, and may belong to someone else$/,
    );
    assert.deepEqual(cluster.changes(), []);
    assert.match(listed.stderr, /^to delete this: npm run --silent sweep -- --stack dev --yes$/m);
    const deleted = await sweep({ stack: STACK, yes: true, json: true });
    assert.equal(deleted.code, 0, deleted.stderr);
    assert.deepEqual(deleted.stderr.trim().split("\n"), [
      "deleted repo default/pr-12-pets",
      "deleted secret default/pr-12-pipeline-secret",
    ]);
    assert.deepEqual(JSON.parse(deleted.stdout).deletion.failures, []);
    assert.deepEqual(await repos(), ["pets", "pr-12-notes"]);
    assert.equal((await sweep()).code, 0);
  });

  it("deletes nothing that a stack of another project owns", async () => {
    const repo = resource("pachyderm:index:Repo", "default/pr-12-pets", {});
    pulumi.answer("stack export", state([repo]), "organization/other/x");
    assert.equal((await sweep({ yes: true })).code, 0);
    assert.deepEqual(await repos(), ["pets", "pr-12-notes", "pr-12-pets"]);
  });

  it("continues after a failure, and names it once, at the end", async () => {
    cluster.refusals.set(`DELETE ${SECRET}`, { status: 403, reason: "Forbidden", message: "no" });
    const { code, stderr } = await sweep({ yes: true });
    cluster.refusals.clear();
    assert.equal(code, 1);
    assert.deepEqual(stderr.trim().split("\n"), [
      "deleted repo default/pr-12-pets",
      "not deleted: secret default/pr-12-pipeline-secret: no",
    ]);
    assert.deepEqual(await repos(), ["pets", "pr-12-notes"]);
  });

  describe("of expired stacks", () => {
    const fullName = (name: string) => `organization/pachyderm-seldon/${name}`;
    const secret = (day: string) => ({
      ...resource("kubernetes:core/v1:Secret", "x/y", {}),
      inputs: { metadata: { labels: { "pachyderm-seldon/expires": day } } },
    });
    const on = (kubernetes: string, pach: string) => [
      resource("seldon:index:Cluster", "cluster", { clusterId: kubernetes }),
      resource("pachyderm:index:Repo", "default/data", { clusterId: pach }),
    ];
    const listed = (names: string[]) => [STACK, ...names].map((name) => ({ name }));

    /** The resources of a stack that expired. */
    const expired = () => [secret("2020-01-31"), ...on(CLUSTER_ID, pachydermId)];

    function haveExpired(...names: string[]): void {
      pulumi.answer("stack ls", listed(names.map(fullName)));
      for (const name of names) pulumi.answer("stack export", state(expired()), fullName(name));
      pulumi.accept("destroy");
      pulumi.accept("stack rm");
      pulumi.answer("stack tag", {});
    }

    const calls = (start: string) => pulumi.calls().filter((call) => call.startsWith(start));
    const destroyed = () => calls("destroy").map((call) => /--stack \S+\/(\S+)/.exec(call)?.[1]);

    it("destroys and removes them, and continues with the next one after a failure", async () => {
      haveExpired("pr-1", "pr-2", "qa");
      pulumi.fail("destroy --suppress-progress", "no access", fullName("pr-1"));
      const { code, stderr } = await sweep({ yes: true });
      assert.equal(code, 1);
      assert.match(
        stderr,
        /^not deleted: stack organization\/pachyderm-seldon\/pr-1: pulumi destroy: no access$/m,
      );
      assert.deepEqual(destroyed(), ["pr-1", "pr-2", "qa"]);
      // none of the stack files is a generated one
      assert.deepEqual(
        calls("stack rm").map((call) => [call.split(" ")[3], call.includes("--preserve-config")]),
        [
          [fullName("pr-2"), true],
          [fullName("qa"), true],
        ],
      );
    });

    /** An update of pr-1 that was killed some minutes ago left its lock. */
    async function haveLocked(minutes: number): Promise<void> {
      haveExpired("pr-1");
      const since = new Date(Date.now() - minutes * 60_000);
      await lock(fullName("pr-1"), since);
      pulumi.failOnce(
        "destroy",
        `the stack is currently locked by 1 lock(s). Either wait\n  gs://state/lock.json: created by runner@vm-1 (pid 7) at ${since.toISOString()}`,
      );
      pulumi.accept("cancel");
    }

    it("destroys an environment whose update was killed, with what that may have created", async () => {
      await haveLocked(61);
      pulumi.answer("stack tag", { [BASE_TAG]: "dev" });
      const pending = {
        ...resource("kubernetes:core/v1:Secret", "", {}),
        urn: "urn:pulumi:pr-1::pachyderm-seldon::kubernetes:core/v1:Secret::pending",
        inputs: { metadata: { name: "s", namespace: "n" } },
      };
      const { version, deployment } = state(expired());
      const pending_operations = [{ resource: pending, type: "creating" }];
      const killed = { version, deployment: { ...deployment, pending_operations } };
      pulumi.answer("stack export", killed, fullName("pr-1"));
      pulumi.fail("refresh", `no resource named '${pending.urn}-none' found`);
      pulumi.accept("stack import");
      const { code, stderr } = await sweep({ yes: true });
      assert.equal(code, 0, stderr);
      const name = fullName("pr-1");
      const all = pulumi.calls().filter((call) => /^(destroy|cancel|stack (rm|import))/.test(call));
      const destroys = `destroy --suppress-progress --color never --yes --skip-preview --stack ${name} --refresh --non-interactive`;
      assert.deepEqual(
        all.map((call) => call.replace(/ --file \S+/, " --file FILE")),
        [
          `stack import --stack ${name} --file FILE --non-interactive`,
          destroys,
          `cancel --yes --stack ${name} --non-interactive`,
          `stack import --stack ${name} --file FILE --non-interactive`,
          destroys,
          `stack rm --stack ${name} --yes --color never --preserve-config --non-interactive`,
        ],
      );
    });

    it("breaks no lock of an update that can still be running, or of a stack that preview-env did not create", async () => {
      const refuses = async (minutes: number, tags: object) => {
        await haveLocked(minutes);
        pulumi.answer("stack tag", tags);
        const { code, stderr } = await sweep({ yes: true });
        assert.equal(code, 1);
        assert.match(
          stderr,
          /^an update of \S+\/pr-1 is in progress: try again when it has ended; if it was killed, run pulumi cancel --yes --stack organization\/pachyderm-seldon\/pr-1$/,
        );
        assert.deepEqual([...destroyed(), ...calls("cancel")], []);
      };
      await refuses(59, { [BASE_TAG]: "dev" });
      await refuses(600, {});
    });

    it("keeps one that is on other clusters, or whose clusters are unknown", async () => {
      haveExpired("pr-1", "pr-2", "pr-3");
      const of = (name: string, ...resources: object[]) =>
        pulumi.answer("stack export", state([secret("2020-01-31"), ...resources]), fullName(name));
      of("pr-1", ...on("prod", pachydermId));
      of("pr-2", ...on(CLUSTER_ID, "prod"));
      of("pr-3");
      const { code, stdout, stderr } = await sweep({ yes: true });
      assert.equal(code, 0, stderr);
      for (const [name, reason] of [
        [
          "pr-1",
          `it is on a different cluster: Kubernetes prod, and this sweep is on ${CLUSTER_ID}`,
        ],
        [
          "pr-2",
          `it is on a different cluster: Pachyderm prod, and this sweep is on ${pachydermId}`,
        ],
        [
          "pr-3",
          "it may be on a different cluster: its state does not identify its Kubernetes cluster",
        ],
      ] as const) {
        const line = `stack ${fullName(name)} expired on 2020-01-31 (`;
        const found = stdout.split("\n").find((one) => one.startsWith(line));
        assert.ok(found?.endsWith(`), kept: ${reason}`), found);
      }
      assert.deepEqual([...destroyed(), ...calls("stack rm")], []);
      assert.equal((await sweep()).code, 0, "nothing else is to be swept");
    });

    /** Sweeps pr-1 and pr-2, and makes a change once the first is destroyed. */
    async function keepsSecond(change: () => void, reason: string): Promise<void> {
      haveExpired("pr-1", "pr-2");
      const { code, stderr } = await sweep({ yes: true }, (line) => {
        if (line.startsWith("destroyed and removed")) change();
      });
      assert.equal(code, 0, stderr);
      assert.ok(stderr.includes(`kept stack ${fullName("pr-2")}: ${reason}`), stderr);
      assert.deepEqual(destroyed(), ["pr-1"]);
      pulumi.forgetCalls();
    }

    it("keeps one that was renewed, moved or removed in the meantime", async () => {
      const becomes = (...resources: object[]) =>
        pulumi.answer("stack export", state(resources), fullName("pr-2"));
      await keepsSecond(
        () => becomes(secret("2999-12-31"), ...on(CLUSTER_ID, pachydermId)),
        "it was renewed in the meantime, and expires on 2999-12-31",
      );
      await keepsSecond(
        () => becomes(...on(CLUSTER_ID, pachydermId)),
        "it was changed in the meantime, and no longer expires",
      );
      await keepsSecond(
        () => becomes(secret("2020-01-31"), ...on("prod", pachydermId)),
        `it is on a different cluster: Kubernetes prod, and this sweep is on ${CLUSTER_ID}`,
      );
      await keepsSecond(
        () => pulumi.answer("stack ls", listed([])),
        "it was removed in the meantime",
      );
    });

    it("keeps the comment about an environment that was renewed in the meantime", async () => {
      haveExpired("pr-1", "pr-2");
      pulumi.answer("stack tag", { [BASE_TAG]: "dev" });
      const github = await GithubServer.start();
      const marker = "<!-- pachyderm-seldon:environment:dev -->";
      for (const number of [1, 2])
        github.add("github-actions[bot]", `${marker}\nEnvironment is up until 2999`, number);
      Object.assign(variables, github.environment);
      const renewed = [secret("2999-12-31"), ...on(CLUSTER_ID, pachydermId)];
      const { code, stderr } = await sweep({ yes: true, comment: true }, (line) => {
        if (line.startsWith("destroyed and removed"))
          pulumi.answer("stack export", state(renewed), fullName("pr-2"));
      });
      for (const name of Object.keys(github.environment)) delete variables[name];
      await github.stop();
      assert.equal(code, 0, stderr);
      assert.deepEqual(
        github.comments.map(({ body }) => body.split("\n")[1]),
        [
          "### Environment `pr-1` is destroyed: it expired on 2020-01-31",
          "Environment is up until 2999",
        ],
      );
    });

    describe("of pull requests, with a token for GitHub", () => {
      const LABEL = "preview-env";
      let github: GithubServer;

      beforeEach(async () => {
        github = await GithubServer.start();
        Object.assign(variables, github.environment);
        have({ [BASE_TAG]: "dev", [LABEL_TAG]: LABEL });
      });
      afterEach(async () => {
        for (const name of Object.keys(github.environment)) delete variables[name];
        await github.stop();
      });

      /** An environment of pull request 12 that has not expired. */
      function have(tags: object): void {
        haveExpired("pr-12");
        const fresh = [secret("2999-12-31"), ...on(CLUSTER_ID, pachydermId)];
        pulumi.answer("stack export", state(fresh), fullName("pr-12"));
        pulumi.answer("stack tag", tags);
      }
      const needed = /no longer needed|destroy/;

      it("destroys that of a closed one, and says so in its comment", async () => {
        const marker = "<!-- pachyderm-seldon:environment:dev -->";
        github.add(
          "github-actions[bot]",
          `${marker}\n### Environment \`pr-12\` is up until 2999-12-31`,
        );
        github.pullRequest.state = "closed";
        const comment = () => github.comments[0]?.body.split("\n")[1];
        const listed = await sweep({ comment: true });
        assert.equal(listed.code, 6, listed.stderr);
        assert.match(
          listed.stdout,
          /^stack \S+\/pr-12 is no longer needed: pull request 12 is closed \(3 resources\)$/m,
        );
        assert.deepEqual(destroyed(), []);
        assert.equal(
          comment(),
          "### Environment `pr-12` is not destroyed yet: pull request 12 is closed",
        );
        const { code, stderr } = await sweep({ yes: true, comment: true });
        assert.equal(code, 0, stderr);
        assert.deepEqual(destroyed(), ["pr-12"]);
        assert.equal(comment(), "### Environment `pr-12` is destroyed: pull request 12 is closed");
      });

      it("destroys that of one that lost the label, unless it was created without a required label", async () => {
        assert.doesNotMatch((await sweep()).stdout, needed);
        github.pullRequest.labels = [{ name: "bug" }];
        assert.match(
          (await sweep()).stdout,
          /is no longer needed: pull request 12 no longer has the label preview-env /,
        );
        have({ [BASE_TAG]: "dev" });
        assert.doesNotMatch((await sweep()).stdout, needed);
      });

      it("queries only environments that preview-env created, and only with a token", async () => {
        github.pullRequest.state = "closed";
        have({});
        assert.doesNotMatch((await sweep()).stdout, needed);
        have({ [BASE_TAG]: "dev" });
        delete variables.GITHUB_TOKEN;
        assert.doesNotMatch((await sweep()).stdout, needed);
        assert.deepEqual(github.requests, []);
      });

      it("keeps that of one that is reopened during the sweep", async () => {
        github.pullRequest.state = "closed";
        pulumi.answer("stack ls", listed([fullName("pr-1"), fullName("pr-12")]));
        pulumi.answer("stack export", state(expired()), fullName("pr-1"));
        const { code, stderr } = await sweep({ yes: true }, (line) => {
          if (line.startsWith("destroyed and removed")) github.pullRequest.state = "open";
        });
        assert.equal(code, 0, stderr);
        assert.match(stderr, /^kept stack \S+\/pr-12: its pull request needs it again$/m);
        assert.deepEqual(destroyed(), ["pr-1"]);
      });

      it("keeps those that GitHub returns no state for, sweeps the rest, and fails", async () => {
        pulumi.answer("stack ls", listed([fullName("pr-1"), fullName("pr-12")]));
        pulumi.answer("stack export", state(expired()), fullName("pr-1"));
        github.refusal = { status: 502, message: "Bad gateway" };
        const { code, stdout, stderr } = await sweep({ yes: true, json: true });
        assert.equal(code, 1);
        assert.match(
          stderr,
          /^kept, because it is unknown whether stack \S+\/pr-12 is still needed: GitHub returned 502 for GET \S+\/12: Bad gateway$/m,
        );
        assert.equal(JSON.parse(stdout).unknown.length, 1);
        assert.deepEqual(destroyed(), ["pr-1"]);
      });
    });

    it("does not destroy one that is being updated, or whose state can no longer be read", async () => {
      const fails = async (change: () => void, problem: string) => {
        haveExpired("pr-1", "pr-2");
        const { code, stderr } = await sweep({ yes: true }, (line) => {
          if (line.startsWith("destroyed and removed")) change();
        });
        assert.equal(code, 1);
        assert.ok(stderr.includes(`not deleted: stack ${fullName("pr-2")}: ${problem}`), stderr);
        assert.deepEqual(destroyed(), ["pr-1"]);
        pulumi.forgetCalls();
      };
      const busy = { name: fullName("pr-2"), updateInProgress: true };
      await fails(
        () => pulumi.answer("stack ls", [{ name: STACK }, busy]),
        `an update is in progress: try again when it has ended; if it was killed, run pulumi cancel --yes --stack ${fullName("pr-2")}`,
      );
      await fails(
        () => pulumi.fail("stack export", "no access", fullName("pr-2")),
        "pulumi stack export: no access",
      );
    });
  });

  /** Sweeps, makes a change once the repo is deleted, and expects the Secret to stay. */
  async function keepsSecret(change: () => void, reason: string): Promise<void> {
    const { code, stderr } = await sweep({ yes: true }, (line) => {
      if (line === "deleted repo default/pr-12-pets") change();
    });
    assert.equal(code, 0, stderr);
    assert.match(stderr, new RegExp(`^kept secret default/pr-12-pipeline-secret: ${reason}$`, "m"));
    assert.ok(cluster.objects.has(SECRET));
    assert.deepEqual(await repos(), ["pets", "pr-12-notes"]);
  }

  it("keeps what a stack has claimed in the meantime", () =>
    keepsSecret(() => {
      const own = resource("kubernetes:core/v1:Secret", "default/pr-12-pipeline-secret", {});
      pulumi.answer("stack export", state([own]), "organization/other/x");
    }, "owned or used by stack organization/other/x"));

  it("keeps objects of a stack that exists again", () =>
    keepsSecret(() => {
      const again = "organization/pachyderm-seldon/pr-12";
      pulumi.answer("stack ls", [{ name: STACK }, { name: again }]);
    }, "stack pr-12 exists again"));

  it("keeps what a stack of another backend has marked in the meantime", () =>
    keepsSecret(() => {
      const found = cluster.objects.get(SECRET) as { metadata: { labels: object } };
      Object.assign(found.metadata.labels, { "pachyderm-seldon/stack": "pr-12-another" });
    }, "it now has the mark of another stack"));

  it("stops deleting once a stack is being updated", async () => {
    const { code, stderr } = await sweep({ yes: true }, (line) => {
      if (line === "deleted repo default/pr-12-pets")
        pulumi.answer("stack ls", [{ name: STACK, updateInProgress: true }]);
    });
    assert.equal(code, 1);
    assert.match(
      stderr,
      /^not deleted: secret .*: an update of \S+\/dev is in progress: try again when it has ended; if it was killed, run pulumi cancel --yes --stack \S+\/dev$/m,
    );
    assert.ok(cluster.objects.has(SECRET));
  });

  it("names a missing permission, lists the rest, and deletes nothing", async () => {
    const message = 'secrets is forbidden: User "robot" cannot list resource "secrets"';
    cluster.refusals.set("GET /api/v1/secrets", { status: 403, reason: "Forbidden", message });
    const { code, stdout, stderr } = await sweep();
    assert.equal(code, 1);
    assert.match(stdout, /^ {2}repo default\/pr-12-pets /m);
    assert.ok(
      stderr.includes(
        `not read: Kubernetes: the kubeconfig's user is not allowed to list secrets in the whole cluster: grant it a ClusterRole with the verb list on secrets (message of the server: ${message})`,
      ),
      stderr,
    );
    assert.doesNotMatch(stderr, /to delete this/);
    const json = JSON.parse((await sweep({ json: true })).stdout);
    assert.equal(json.problems.length, 1);
    await refuses(/^nothing was deleted, because it may be used by what could not be read$/m);
    cluster.refusals.clear();
  });

  it("deletes nothing if a state cannot be read", async () => {
    pulumi.fail("stack export", "failed to load checkpoint", "organization/other/x");
    await refuses(/^pulumi stack export: failed to load checkpoint$/m);
  });

  it("deletes nothing if a state has an unknown format", async () => {
    pulumi.answer("stack export", { version: 9 }, "organization/other/x");
    await refuses(/^the state of stack organization\/other\/x has an unsupported format/m);
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
      /^an update of organization\/pachyderm-seldon\/dev is in progress: try again when/,
    );
  });

  it("deletes nothing while the backend's bucket contains a stack's lock, in any project, and names it", async () => {
    await lock(STACK);
    await refuses(/^an update of organization\/pachyderm-seldon\/dev is in progress: try again/);
    time = new Date(Date.now() - 24 * 3600_000);
    await lock("organization/other/x");
    await refuses(/is in progress: .*; an update of organization\/other\/x is in progress/);
  });

  it("deletes nothing if the locks cannot be read", async () => {
    await callAt(gcs.address, "DELETE", "/storage/v1/b/state");
    await refuses(
      /^cannot read the locks of gs:\/\/state: The specified bucket does not exist\.$/m,
    );
  });

  it("deletes nothing on clusters that differ from the stack's, or if a system cannot be reached", async () => {
    deploy("another", pachydermId);
    await refuses(/^the configuration of stack .* connects to a different Kubernetes cluster /m);
    deploy(CLUSTER_ID, "another");
    await refuses(/^the configuration of stack .* connects to a different Pachyderm cluster /m);
    deploy(CLUSTER_ID, pachydermId);
    cluster.refusals.set("GET", { status: 403, reason: "Forbidden", message: "no permission" });
    await refuses(
      /^not read: Kubernetes: the kubeconfig's user may not get namespaces kube-system: .*no permission\)$/m,
    );
    cluster.refusals.clear();
  });

  it("refuses an unknown or missing stack", async () => {
    await refuses(/stack prod of project pachyderm-seldon does not exist in the backend/, "prod");
    const { code, stderr } = await runCommand("--yes");
    assert.equal(code, 1);
    assert.match(stderr, /^sweep: --stack is required\nusage: /);
  });
});
