import assert from "node:assert/strict";
import { type RunResult, run } from "../../../../command-line/processes/run";
import { repository } from "../../../../command-line/repository";
import { refuseDestroy } from "../../../../scripts/destroy/refusal";
import type { State, StateResource } from "../../../../scripts/exported-state";
import { FakePulumi } from "../../../support/fake-pulumi";
import { runInProcess } from "../../../support/in-process-script";

const resource = (name: string, protect = false): StateResource => ({
  urn: `urn:pulumi:demo::pachyderm-seldon::pachyderm:index:Repo::${name}`,
  type: "pachyderm:index:Repo",
  protect,
});
const stateOf = (...resources: StateResource[]): State => ({
  version: 3,
  deployment: { resources },
});

describe("npm run destroy", function () {
  this.timeout(20_000);
  let pulumi: FakePulumi;

  beforeEach(() => {
    pulumi = new FakePulumi();
    pulumi.accept("destroy");
    pulumi.accept("stack rm");
    pulumi.answer("stack export", stateOf(resource("data")));
  });
  afterEach(() => pulumi.remove());

  type Destroyed = RunResult & { readonly changes: readonly string[] };

  const withChanges = (result: RunResult): Destroyed => {
    const changes = pulumi.calls().filter((call) => !call.startsWith("stack export"));
    return { ...result, changes };
  };
  const destroy = async (...args: string[]): Promise<Destroyed> =>
    withChanges(await runInProcess("destroy", args, pulumi.environment()));

  /** The script as a command, whose output includes what the CLI prints. */
  async function runCommand(...args: string[]): Promise<Destroyed> {
    const program = ["--require", "tsx/cjs", "scripts/destroy.ts", ...args];
    const options = { cwd: repository, env: pulumi.environment(), allowFailure: true };
    return withChanges(await run(process.execPath, program, options));
  }

  it("destroys the stack that was named twice, and keeps it in the backend", async () => {
    const { code, changes } = await destroy("--stack", "demo", "--confirm", "demo");
    assert.equal(code, 0);
    assert.deepEqual(changes, ["destroy --yes --stack demo"]);
  });

  it("removes it from the backend on request, and never its file", async () => {
    const options = ["--stack", "demo", "--confirm", "demo", "--remove-stack"];
    const { code, changes } = await destroy(...options);
    assert.equal(code, 0);
    assert.deepEqual(changes, [
      "destroy --yes --stack demo",
      "stack rm --yes --preserve-config --stack demo",
    ]);
  });

  it("does not remove a stack that could not be destroyed", async () => {
    pulumi.fail("destroy", "a repo is in use");
    const options = ["--stack", "demo", "--confirm", "demo", "--remove-stack"];
    const { code, changes, stderr } = await runCommand(...options);
    assert.equal(code, 1);
    assert.match(stderr, /a repo is in use/);
    assert.deepEqual(changes, ["destroy --yes --stack demo"]);
  });

  it("destroys nothing if the names differ, or the stack is protected", async () => {
    const other = await destroy("--stack", "demo", "--confirm", "dema");
    assert.equal(other.code, 1);
    assert.equal(other.stderr, "the names do not match, so nothing was destroyed: demo and dema\n");
    pulumi.answer("stack export", stateOf(resource("data", true)));
    const kept = await destroy("--stack", "demo", "--confirm", "demo");
    assert.equal(kept.code, 1);
    assert.match(
      kept.stderr,
      /^stack demo has protected resources, so nothing was destroyed: data\n/,
    );
    assert.deepEqual(kept.changes, []);
  });

  it("passes on the CLI's message about a stack that does not exist", async () => {
    pulumi.fail("stack export", "no stack named 'demo' found");
    const { code, stderr } = await destroy("--stack", "demo", "--confirm", "demo");
    assert.equal(code, 1);
    assert.equal(stderr, "destroy: pulumi stack export: no stack named 'demo' found\n");
  });
});

describe("the refusal to destroy a protected stack", () => {
  it("names the protected resources and the next commands", () => {
    const names = ["a", "b", "c", "d", "e", "f", "g"];
    const state = stateOf(...names.map((name) => resource(name, true)), resource("h"));
    assert.deepEqual(refuseDestroy("demo", "demo", state), [
      "stack demo has protected resources, so nothing was destroyed: a, b, c, d, e and 2 more",
      "  To delete everything, run `pulumi config set --path pachyderm-seldon:disposable true --stack demo`",
      "  To keep data repos, models, bucket and namespace, run `pulumi config set --path pachyderm-seldon:data.keep true --stack demo`",
      "  Then run `pulumi up --stack demo`, or commit the stack file and deploy it, and destroy the stack again.",
    ]);
  });
});
