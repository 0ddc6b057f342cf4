import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "../../command-line/processes/run";
import { obtainTool } from "../../toolchain";
import { tools } from "../../toolchain/tools";
import { commandsOf, documents, readDocument } from "../support/documents";

describe("the commands in the documents, parsed by the real pulumi", () => {
  let home: string;
  let env: NodeJS.ProcessEnv;

  before(async function () {
    this.timeout(1_200_000); // the engine may have to be built
    const folder = await obtainTool(tools.pulumi);
    home = mkdtempSync(join(tmpdir(), "documented-commands-"));
    env = {
      ...process.env,
      PATH: `${folder}:${process.env.PATH}`,
      PULUMI_HOME: home,
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    };
  });
  after(() => rmSync(home, { recursive: true, force: true }));

  /** The error in a command line; undefined if it has none. */
  async function problemOf(line: string): Promise<string | undefined> {
    const words = line.replaceAll(/["'<>[\]]/g, "").split(/\s+/);
    const options = words.filter((word) => /^--[a-z]/.test(word));
    const path = words.slice(1).filter((word) => /^[a-z][a-z-]*$/.test(word));
    const { stdout } = await run("pulumi", [...path.slice(0, 2), "--help"], {
      env,
      allowFailure: true,
      timeout: 60_000,
    });
    const [, usage = ""] = /^Usage:\n {2}pulumi ([a-z-]+)/m.exec(stdout) ?? [];
    if (path.length > 0 && usage !== path[0]) return `${line}: there is no such command`;
    const unknown = options
      .map((option) => option.replace(/=.*/, ""))
      .filter((option) => !new RegExp(`${option}\\b`).test(stdout));
    return unknown.length === 0 ? undefined : `${line}: no option ${unknown.join(", ")}`;
  }

  it("have existing commands and options", async () => {
    const lines = documents.flatMap((document) => commandsOf("pulumi", readDocument(document)));
    assert.ok(lines.length > 10);
    const problems: string[] = [];
    for (const line of new Set(lines)) {
      const problem = await problemOf(line);
      if (problem !== undefined) problems.push(problem);
    }
    assert.deepEqual(problems, []);
    assert.match((await problemOf("pulumi upp")) ?? "", /no such command/);
    assert.match((await problemOf("pulumi up --yess")) ?? "", /no option --yess/);
  });
});
