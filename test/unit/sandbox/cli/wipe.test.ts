import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { run } from "../../../../command-line/processes/run";
import { repository } from "../../../../command-line/repository";
import { confirmWipe, stacksAtRisk } from "../../../../sandbox/cli/wipe";
import { listStacks } from "../../../../sandbox/engine/stacks";
import { type SandboxPaths, sandboxPaths } from "../../../../sandbox/paths";
import { writeRecord } from "../../../../sandbox/runtime/record";

const NAME = "sandbox-test-wipe";

function checkpoint(resources: number): string {
  return JSON.stringify({
    version: 3,
    checkpoint: { latest: { resources: Array(resources).fill({}) } },
  });
}

/** Writes files into the backend of a sandbox. */
function store({ pulumiState }: SandboxPaths, files: Record<string, string | Buffer>): void {
  for (const [name, content] of Object.entries(files)) {
    const file = join(pulumiState, ".pulumi/stacks", name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }
}

describe("before a sandbox is wiped", () => {
  let paths: SandboxPaths;
  beforeEach(() => {
    paths = sandboxPaths(mkdtempSync(join(tmpdir(), "wipe-")), NAME);
    mkdirSync(paths.folder, { recursive: true });
    writeFileSync(join(dirname(paths.stackFile), "Pulumi.yaml"), "name: pachyderm-seldon\n");
  });
  afterEach(() => rmSync(dirname(paths.stackFile), { recursive: true }));

  const atRisk = () => stacksAtRisk(paths).map(({ name }) => name);
  const record = (external: boolean) =>
    writeRecord(paths.record, {
      name: NAME,
      services: [{ name: "kubernetes", address: "127.0.0.1:1", external }],
      ports: {},
      plugins: {},
      toolFolders: [],
      env: {},
    });

  it("its stacks are listed with their resources, in every format in which Pulumi stores them", () => {
    store(paths, {
      "web/dev.json": checkpoint(3),
      "web/dev.json.bak": checkpoint(2),
      "web/dev.json.attrs": "{}",
      "web/pr.1.json.gz": gzipSync(checkpoint(1)),
      "web/packed.json.zst": "?",
      "web/new.json": '{"version":3,"checkpoint":{"latest":null}}',
      "old.json": checkpoint(0),
    });
    assert.deepEqual(listStacks(paths.pulumiState), [
      { name: "old", resources: 0 },
      { name: "web/dev", resources: 3 },
      { name: "web/new", resources: 0 },
      { name: "web/packed", resources: undefined },
      { name: "web/pr.1", resources: 1 },
    ]);
  });

  it("nothing is at risk if it never ran, or has only its own stack", () => {
    assert.deepEqual(atRisk(), []);
    store(paths, { [`pachyderm-seldon/${NAME}.json`]: checkpoint(30) });
    record(false);
    assert.deepEqual(atRisk(), []);
  });

  it("other stacks are at risk, including those of other projects with its name", () => {
    store(paths, {
      [`pachyderm-seldon/${NAME}.json`]: checkpoint(30),
      [`web/${NAME}.json`]: checkpoint(1),
      "pachyderm-seldon/mine.json": checkpoint(2),
    });
    assert.deepEqual(atRisk(), ["pachyderm-seldon/mine", `web/${NAME}`]);
  });

  it("its own is at risk if it has resources on a real cluster", () => {
    record(true);
    store(paths, { [`pachyderm-seldon/${NAME}.json`]: checkpoint(0) });
    assert.deepEqual(atRisk(), []);
    store(paths, { [`pachyderm-seldon/${NAME}.json`]: checkpoint(30) });
    assert.deepEqual(atRisk(), [`pachyderm-seldon/${NAME}`]);
  });

  it("the user must confirm with yes", async () => {
    const stacks = [
      { name: "web/dev", resources: 1 },
      { name: "web/pr", resources: undefined },
    ];
    const asked: string[] = [];
    const answering = (answer: string) => ({
      yes: false,
      ask: async (question: string) => {
        asked.push(question);
        return answer;
      },
    });
    await confirmWipe(NAME, stacks, answering("yes"));
    assert.match(
      asked[0] ?? "",
      /: *\n {2}web\/dev \(1 resource\)\n {2}web\/pr \(an unknown number of resources\)\nDelete them/,
    );
    for (const answer of ["", "y", "no"]) {
      await assert.rejects(confirmWipe(NAME, stacks, answering(answer)), /nothing was deleted/);
    }
    await confirmWipe(NAME, [], { yes: false, ask: undefined });
    await confirmWipe(NAME, stacks, { yes: true, ask: undefined });
  });
});

describe("npm run sandbox -- down --wipe", () => {
  const paths = sandboxPaths(repository, NAME);
  const down = (...args: string[]) =>
    run(
      process.execPath,
      [
        "--require",
        "tsx/cjs",
        join(repository, "sandbox/main.ts"),
        "down",
        "--name",
        NAME,
        ...args,
      ],
      { cwd: repository, allowFailure: true },
    );
  beforeEach(() => store(paths, { "web/dev.json": checkpoint(3) }));
  afterEach(() => rmSync(paths.folder, { recursive: true, force: true }));

  it("deletes no state of other stacks if it cannot ask the user, and names the option", async () => {
    const { code, stdout, stderr } = await down("--wipe");
    assert.equal(code, 1);
    assert.equal(stdout, "");
    assert.match(stderr, /^sandbox: wiping .*\n {2}web\/dev \(3 resources\)\n.*add --yes\n$/);
    assert.equal(listStacks(paths.pulumiState).length, 1);
  });

  it("deletes it with --yes", async () => {
    const { code, stdout } = await down("--wipe", "--yes");
    assert.equal(code, 0);
    assert.match(stdout, /was not running; .* deleted\n$/);
    assert.ok(!existsSync(paths.folder));
  });
});
