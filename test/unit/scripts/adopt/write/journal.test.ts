import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Changes } from "../../../../../scripts/adopt/write/changes";
import { describeRestored, JOURNAL, recover } from "../../../../../scripts/adopt/write/journal";

const CHANGES = join(__dirname, "../../../../../scripts/adopt/write/changes.ts");
const STACK = "config:\r\n  secret: v1:abc\n";

/** Creates a folder and replaces two files; `pause(step)` is called after each change. */
const WORK = `
  const changes = new Changes(root);
  changes.createFolder(join(root, "use-cases/reports"), { "index.ts": "written" });
  pause(1);
  changes.replace(join(root, "use-cases/index.ts"), "registry with reports");
  pause(2);
  changes.replace(join(root, "Pulumi.dev.yaml"), "selects reports");
  pause(3);
  changes.replace(join(root, "Pulumi.dev.yaml"), "selects reports and adopts");
  pause(4);`;

describe("the journal of changes", () => {
  let root: string;

  beforeEach(() => {
    root = realpathSync(mkdtempSync(join(tmpdir(), "journal-")));
    mkdirSync(join(root, "use-cases"));
    writeFileSync(join(root, "use-cases/index.ts"), "registry");
    writeFileSync(join(root, "Pulumi.dev.yaml"), STACK, { mode: 0o640 });
  });
  afterEach(() => rmSync(root, { recursive: true }));

  /** All files with their contents. */
  function files(): Record<string, string> {
    const all = readdirSync(root, { recursive: true, withFileTypes: true });
    return Object.fromEntries(
      all.map((entry) => {
        const path = join(entry.parentPath, entry.name);
        return [path.slice(root.length + 1), entry.isFile() ? readFileSync(path, "latin1") : ""];
      }),
    );
  }

  /** A process that is killed after a number of changes. */
  async function killAfter(step: number): Promise<void> {
    const script = `
      const { Changes } = require(${JSON.stringify(CHANGES)});
      const { join } = require("node:path");
      const root = ${JSON.stringify(root)};
      const pause = (step) => { if (step === ${step}) process.kill(process.pid, "SIGKILL"); };
      ${WORK}`;
    const child = spawn(process.execPath, ["--require", "tsx/cjs", "-e", script], {
      stdio: ["ignore", "ignore", "inherit"],
    });
    assert.deepEqual(await once(child, "exit"), [null, "SIGKILL"]);
  }

  it("restores nothing once the result is committed, which may be deployed by then", async () => {
    await killAfter(4);
    const written = files();
    delete written[JOURNAL];
    const git = (...args: string[]) =>
      execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@b", ...args], { cwd: root });
    git("init", "--quiet");
    git("add", "use-cases", "Pulumi.dev.yaml");
    git("commit", "--quiet", "--message", "reports");
    const found = recover(root) ?? assert.fail();
    assert.match(
      describeRestored(found),
      /^kept its changes, because use-cases\/reports\/index\.ts, .* is already committed$/,
    );
    const now = Object.entries(files()).filter(([name]) => !name.startsWith(".git"));
    assert.deepEqual(Object.fromEntries(now), written);
    assert.equal(recover(root), undefined);
  });

  for (const step of [1, 2, 4]) {
    it(`restores everything after a kill, ${step} changes done`, async () => {
      const before = files();
      await killAfter(step);
      assert.notDeepEqual(files(), before);
      assert.equal(statSync(join(root, JOURNAL)).mode & 0o777, 0o600);
      const all = ["use-cases/reports/index.ts", "use-cases/index.ts", "Pulumi.dev.yaml"];
      const { restored, changed } = recover(root) ?? assert.fail();
      assert.deepEqual([...restored].sort(), all.slice(0, step).sort());
      assert.deepEqual(changed, []);
      assert.deepEqual(files(), before);
      assert.equal(statSync(join(root, "Pulumi.dev.yaml")).mode & 0o777, 0o640);
      assert.equal(recover(root), undefined);
    });
  }

  it("keeps files that were modified in the meantime, and says so in one line", async () => {
    await killAfter(4);
    writeFileSync(join(root, "use-cases/reports/index.ts"), "improved by hand");
    rmSync(join(root, "Pulumi.dev.yaml"));
    const restored = recover(root) ?? assert.fail();
    assert.equal(
      describeRestored(restored),
      "restored use-cases/index.ts; did not restore Pulumi.dev.yaml, use-cases/reports/index.ts, which was modified in the meantime",
    );
    assert.deepEqual(files(), {
      "use-cases": "",
      "use-cases/index.ts": "registry",
      "use-cases/reports": "",
      "use-cases/reports/index.ts": "improved by hand",
    });
  });

  it("is written before a change, so that it covers both states after a kill in between", async () => {
    await killAfter(3);
    // as if the last change had not reached the disk
    writeFileSync(join(root, "Pulumi.dev.yaml"), STACK);
    assert.deepEqual(recover(root)?.changed, []);
    assert.equal(readFileSync(join(root, "Pulumi.dev.yaml"), "latin1"), STACK);
  });

  it("removes drafts of a process that was killed", () => {
    const ended = 4_194_305; // above the largest pid
    writeFileSync(join(root, `.${ended}.${JOURNAL}.tmp`), "half");
    assert.equal(recover(root), undefined);
    assert.deepEqual(readdirSync(root).sort(), ["Pulumi.dev.yaml", "use-cases"]);
  });

  it("of a running process is not touched", () => {
    const changes = new Changes(root);
    changes.replace(join(root, "Pulumi.dev.yaml"), "new");
    const message = `another run of adopt is in progress (process ${process.pid}): wait until it ends`;
    assert.throws(() => recover(root), { message });
    assert.throws(() => new Changes(root).replace(join(root, "Pulumi.dev.yaml"), "other"), {
      message: "another run of adopt has just started: wait until it ends, then try again",
    });
    assert.equal(readFileSync(join(root, "Pulumi.dev.yaml"), "utf8"), "new");
    changes.restore();
    assert.equal(recover(root), undefined);
  });

  for (const damage of ["{", "null", "{}"]) {
    it(`that is damaged (${damage}) is refused`, () => {
      writeFileSync(join(root, JOURNAL), damage);
      assert.throws(() => recover(root), /^Error: \.adopt-journal\.json, .* is damaged: revert/);
    });
  }
});
