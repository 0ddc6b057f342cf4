import assert from "node:assert/strict";
import { readArguments } from "../../../../scripts/preview-env/arguments";
import { previewEnv as runPreviewEnv } from "../../../../scripts/preview-env/preview-env";
import { FakePulumi } from "../../../support/fake-pulumi";
import { GithubServer } from "../../../support/github-server";

const TAG = "pachyderm-seldon:preview-env-of";
const MARKER = "<!-- pachyderm-seldon:environment:dev -->";
const { PATH } = process.env;

/** The script in this process, with a Pulumi CLI that records its calls. */
describe("npm run preview-env", () => {
  let pulumi: FakePulumi;
  let github: GithubServer;

  beforeEach(async () => {
    github = await GithubServer.start();
    pulumi = new FakePulumi();
    process.env.PATH = pulumi.environment().PATH;
    const resource = { urn: "urn:pulumi:pr-12::pachyderm-seldon::a:b:C::d", type: "a:b:C" };
    pulumi.answer("stack export", { version: 3, deployment: { resources: [resource] } }, "pr-12");
    pulumi.answer("stack tag", { [TAG]: "dev" });
    for (const call of ["destroy", "stack rm"]) pulumi.accept(call);
  });
  afterEach(async () => {
    process.env.PATH = PATH;
    pulumi.remove();
    await github.stop();
  });

  async function previewEnv(...args: string[]) {
    const [printed, reported]: [string[], string[]] = [[], []];
    const all = readArguments(["--pull-request", "12", "--stack", "dev", ...args]);
    const code = await runPreviewEnv(all, github.environment, {
      print: (text) => printed.push(text),
      report: (line) => reported.push(line),
    });
    return { code, printed: printed.join(""), reported: reported.join("\n") };
  }

  /** The calls that changed something. */
  const changes = () => pulumi.calls().filter((call) => !/^stack (export|tag ls)/.test(call));
  const comments = () => github.comments.map(({ body }) => body);

  it("does not change another stack's environment", async () => {
    pulumi.answer("stack tag", { [TAG]: "staging" });
    const { code, reported } = await previewEnv("--destroy", "--unlock");
    assert.equal(code, 1);
    assert.match(reported, /^preview-env: stack pr-12 is the environment of .* for stack staging/);
    assert.deepEqual(changes(), []);
  });

  it("never updates another stack's environment, or a stack that it did not create", async () => {
    pulumi.answer("stack export", { version: 3, deployment: { resources: [] } }, "dev");
    const refusals = [
      [
        { [TAG]: "staging" },
        /is the environment of pull request 12 for stack staging, not for dev/,
      ],
      [{ "pulumi:project": "pachyderm-seldon" }, /it was not created by npm run preview-env/],
    ] as const;
    for (const [tags, message] of refusals) {
      pulumi.answer("stack tag", tags);
      const { code, reported } = await previewEnv("--train");
      assert.equal(code, 1);
      assert.match(reported, message);
    }
    assert.deepEqual(changes(), []);
  });

  it("refuses a base that has not been deployed, and reports the failure in the comment", async () => {
    pulumi.fail("stack export", "no stack named 'dev' found", "dev");
    const { code, reported } = await previewEnv("--comment");
    assert.equal(code, 1);
    assert.match(reported, /^preview-env: stack dev does not exist in this backend \(/);
    assert.match(comments().join(), /### Environment `pr-12` could not be updated/);
    assert.deepEqual(changes(), []);
  });

  it("edits the comment to say that the environment is destroyed", async () => {
    github.add(
      "github-actions[bot]",
      `${MARKER}\n### Environment \`pr-12\` is up until 2026-12-31`,
    );
    const { code, reported } = await previewEnv("--destroy", "--comment");
    assert.equal(code, 0, reported);
    assert.deepEqual(comments(), [`${MARKER}\n### Environment \`pr-12\` is destroyed\n`]);
  });

  it("writes no comment about an environment that never existed", async () => {
    pulumi.fail("stack export", "no stack named 'pr-12' found", "pr-12");
    const { code, printed } = await previewEnv("--destroy", "--comment");
    assert.equal(code, 0);
    assert.match(printed, /Environment `pr-12` does not exist/);
    assert.deepEqual(comments(), []);
  });

  it("does nothing if the pull request changed while the run waited", async () => {
    const label = ["--label", "preview-env"];
    assert.deepEqual(await previewEnv("--destroy", ...label), {
      code: 0,
      printed:
        "pull request 12 is open and has the label preview-env again: its environment is kept\n",
      reported: "",
    });
    github.pullRequest.state = "closed";
    assert.deepEqual(await previewEnv(...label), {
      code: 0,
      printed:
        "pull request 12 is closed or no longer has the label preview-env: nothing is created\n",
      reported: "",
    });
    assert.deepEqual(pulumi.calls(), []);
    assert.equal((await previewEnv("--destroy", ...label)).code, 0);
    assert.ok(changes().includes("destroy --yes --skip-preview --stack pr-12"));
  });

  it("treats a pull request without the label like a closed one", async () => {
    github.pullRequest.labels = [{ name: "bug" }];
    const { code, printed } = await previewEnv("--label", "preview-env");
    assert.deepEqual([code, pulumi.calls()], [0, []]);
    assert.match(printed, /no longer has the label preview-env/);
  });
});
