import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "../../command-line/processes/run";
import { putFiles } from "../../sandbox/stand-ins/pachyderm/put-files";
import { checkSpecs } from "../../scripts/adopt/check/check-specs";
import { buildDefinition } from "../../scripts/adopt/definition/build-definition";
import { readPipelineFile } from "../../scripts/adopt/read/pipeline-files";
import { ANY_STACK } from "../../scripts/adopt/stack-facts";
import { Changes } from "../../scripts/adopt/write/changes";
import { writeUseCase } from "../../scripts/adopt/write/write-use-case";
import { Engine } from "../support/engine";
import { ProgramCopy } from "../support/program-copy";

const FIXTURES = join(__dirname, "../fixtures");

/** The requests with which the recorded pipelines were created. */
function recordedPipelines(): Readonly<Record<"p" | "q", string>> {
  const recording = join(FIXTURES, "pachyderm/recorded-2.11.6.json");
  const { steps } = JSON.parse(readFileSync(recording, "utf8")) as {
    steps: { step: string; request: { createPipelineRequestJson: string } }[];
  };
  const request = (name: string) =>
    steps.find(({ step }) => step === name)?.request.createPipelineRequestJson ?? assert.fail(name);
  return { p: request("create pipeline"), q: request("reprocess without update") };
}

describe("use cases that adopt writes", () => {
  let copy: ProgramCopy;

  before(async () => {
    copy = await ProgramCopy.make();
  });
  after(() => copy?.remove());

  it("have no type errors, and nothing that Biome would change or warn about", async () => {
    const changes = new Changes(copy.folder);
    const additions = { ...ANY_STACK };
    for (const file of readdirSync(join(FIXTURES, "adopt"))) {
      const found = readPipelineFile(join(FIXTURES, "adopt", file));
      const { specs } = checkSpecs(found, { project: "default", plainEnv: new Set() });
      const project = specs[0]?.project ?? "default";
      const { definition } = await buildDefinition(specs, {
        additions: { ...additions, project },
        ownershipOf: () => "existing",
      });
      const useCase = file.replace(/\.\w+$/, "");
      writeUseCase({ useCase, doc: "Adopted.", definition }, changes, copy.folder);
    }
    // their imports are checked with them; the rest of the program is not written by adopt
    const own = { extends: "./tsconfig.json", include: ["use-cases"] };
    writeFileSync(join(copy.folder, "tsconfig.use-cases.json"), JSON.stringify(own));
    const bin = join(copy.folder, "node_modules/.bin");
    const checks: [string, string[]][] = [
      ["biome", ["check", "--error-on-warnings", "use-cases"]],
      ["tsc", ["--noEmit", "--project", "tsconfig.use-cases.json"]],
    ];
    for (const [command, args] of checks)
      await run(join(bin, command), args, { cwd: copy.folder, env: process.env });
  });
});

describe("two running pipelines", () => {
  let copy: ProgramCopy;
  let engine: Engine;

  before(async () => {
    copy = await ProgramCopy.make();
    engine = await Engine.start("sandbox-e2e-adopt", copy.folder);
    await engine.pulumi(["config", "rm", "useCases"]);
    const { p, q } = recordedPipelines();
    await engine.callPachyderm("pfs_v2.API/CreateRepo", { repo: { name: "in", type: "user" } });
    for (const createPipelineRequestJson of [p, q])
      await engine.callPachyderm("pps_v2.API/CreatePipelineV2", { createPipelineRequestJson });
    await putFiles(`http://${engine.sandbox.addresses.pachyderm}`, "in", { "/a": "1" });
  });
  after(async () => {
    await engine?.stop();
    copy?.remove();
  });

  const file = () => join(copy.folder, "use-cases/recorded/index.ts");

  /** The commands that adopt offers after the first update. */
  let next: string[] = [];

  /** Runs a command that adopt offers; adopt has just verified what an update's preview would show. */
  async function follow(command: string): Promise<string> {
    const line = command.replace(/^pulumi up/, "pulumi up --skip-preview --color never");
    return (await engine.shell(line)).stdout;
  }

  /** Runs the command on the stack as a user does. */
  const adopt = (...args: string[]) => adoptAnywhere("--stack", engine.stack, ...args);

  async function adoptAnywhere(...args: string[]) {
    return await run("npm", ["run", "--silent", "adopt", "--", ...args], {
      cwd: copy.folder,
      env: await engine.environment(),
      allowFailure: true,
      timeout: 240_000,
    });
  }

  async function jobs(): Promise<string[]> {
    const found = await engine.listPachyderm<{ job: { id: string } }>("pps_v2.API/ListJob", {
      history: "-1",
    });
    return found.map(({ job }) => job.id).sort();
  }

  /** The folder of use cases and the stack file, byte for byte. */
  function files(): Record<string, string> {
    const paths = readdirSync(join(copy.folder, "use-cases"), {
      recursive: true,
      encoding: "utf8",
      withFileTypes: true,
    })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    return Object.fromEntries(
      [...paths, engine.stackFile].map((path) => [path, readFileSync(path, "latin1")]),
    );
  }

  it("do not change if adopt is interrupted, nor does any file", async () => {
    const before = files();
    const script = ["--require", "tsx/cjs", "scripts/adopt.ts", "--stack", engine.stack];
    const child = spawn(process.execPath, [...script, "--name", "recorded", "p", "q"], {
      cwd: copy.folder,
      env: engine.sandbox.env,
      stdio: ["ignore", "ignore", "inherit"],
    });
    const ended = once(child, "exit");
    while (readFileSync(engine.stackFile, "latin1") === before[engine.stackFile]) {
      assert.equal(child.exitCode, null, "it ended before it wrote anything");
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    child.kill("SIGINT");
    assert.deepEqual(await ended, [130, null]);
    assert.deepEqual(files(), before);
  });

  it("are adopted by their names, without a restart or a job", async () => {
    const before = await jobs();
    assert.notDeepEqual(before, []);
    const { code, stdout, stderr } = await adopt("--name", "recorded", "p", "q");
    assert.equal(stderr, "");
    assert.equal(code, 0);
    assert.match(
      stdout,
      /^verified: a preview shows 2 imports, 0 changes and 0 restarts of these pipelines$/m,
    );
    assert.match(stdout, /^this update also: .*\bcreates? \(.*pipelines-secret/m);
    const [first = "", ...rest] = (stdout.split("next:\n")[1] ?? "").trim().split("\n");
    next = rest;
    await follow(first);
    assert.deepEqual(await engine.versions(), { p: 1, q: 1 });
    assert.deepEqual(await jobs(), before);
  });

  it("change with the use case from the second update on, and only in what it changes", async () => {
    const source = readFileSync(file(), "utf8");
    const [, q = ""] = source.split("q: {");
    const changed = q.replace('image: "img:1"', 'image: "img:2" /* by review */');
    assert.notEqual(changed, q);
    writeFileSync(file(), source.replace(q, changed));
    let shown = "";
    for (const command of next) shown = await follow(command);
    assert.match(shown, /recorded-q-pipeline updated .*\[diff: ~spec\]/);
    assert.match(shown, /Resources:\n +~ 1 updated\n +\d+ unchanged\n/);
    assert.deepEqual(await engine.versions(), { p: 1, q: 2 });
  });

  it("bring their drift back into the use case, which keeps its comments", async () => {
    await engine.changeImageBehindItsBack("p", "img:by-hand");
    const before = files();
    const dry = await adopt("--update", "--dry-run", "recorded");
    assert.equal(dry.stderr, "");
    assert.match(dry.stdout, /^-.*image: "img:1"/m);
    assert.match(dry.stdout, /^\+.*image: "img:by-hand"/m);
    assert.deepEqual(files(), before);

    const { code, stdout, stderr } = await adopt("--update");
    assert.equal(stderr, "");
    assert.equal(code, 0);
    assert.match(stdout, /^pipeline default\/p: spec\.transform\.image$/m);
    assert.match(stdout, /^verified: a preview changes none of these pipelines$/m);
    const source = readFileSync(file(), "utf8");
    assert.match(source, /"img:by-hand"/);
    assert.match(source, /"img:2" \/\* by review \*\//);
    await follow(stdout.split("next: ")[1]?.trim() ?? "");
    assert.deepEqual(await engine.versions(), { p: 2, q: 2 });
    assert.match((await adopt("--update")).stdout, /all pipelines match their use cases/);
  });

  it("are taken from files, with or without a stack", async () => {
    const fixture = (name: string) => join(FIXTURES, "adopt", name);
    const before = files();
    const anywhere = await adoptAnywhere(
      "--name",
      "pictures",
      fixture("edges.json"),
      fixture("cross.yaml"),
    );
    assert.equal(anywhere.stderr, "");
    assert.match(anywhere.stdout, /^verified: the program renders identical pipelines$/m);
    assert.equal(files()[engine.stackFile], before[engine.stackFile]);

    const { p } = recordedPipelines();
    const later = join(copy.folder, "later.json");
    writeFileSync(later, p.replace('"name":"p"', '"name":"r"'));
    const { stdout, stderr } = await adopt(later);
    assert.equal(stderr, "");
    assert.match(stdout, /^ {2}pipelines\.r: pipeline default\/r \(to be created\)$/m);
    assert.match(stdout, /^verified: .*; none is running yet$/m);
    await follow(stdout.split("next: ")[1]?.trim() ?? "");
    assert.deepEqual(await engine.versions(), { p: 2, q: 2, r: 1 });
  });
});
