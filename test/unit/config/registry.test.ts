import assert from "node:assert/strict";
import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "../../../command-line/processes/run";
import { describeLoadError, registeredUseCases } from "../../../config/registry";

const root = join(__dirname, "../../..");
const USED =
  /^(command-line|components|config|program|providers|scripts|use-cases|.*\.ts|package\.json|tsconfig\.json|Pulumi.*\.yaml)$/;

/** The error of loading a file with this text. */
function loadError(folder: string, source: string): unknown {
  const file = join(folder, "index.ts");
  writeFileSync(file, source);
  try {
    require(file);
  } catch (error) {
    return error;
  }
  return assert.fail("it was loaded");
}

describe("the registry of use cases", () => {
  let folder: string;

  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), "registry-")));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("contains the use cases by name", () => {
    assert.ok(Object.hasOwn(registeredUseCases(), "image-classification"));
  });

  it("that imports a missing folder is reported in one line with the file and what to do", () => {
    const error = loadError(
      folder,
      'import { churn } from "./churn";\nexport const a = { churn };\n',
    );
    assert.equal(
      describeLoadError(error, folder),
      "index.ts imports ./churn, which does not exist: restore it " +
        "(`git status` shows what was removed), or remove all references to it from index.ts",
    );
  });

  it("that imports a missing package says how to install it", () => {
    const error = loadError(folder, 'import { x } from "no-such-pad";\nexport const a = { x };\n');
    assert.equal(
      describeLoadError(error, folder),
      "index.ts imports no-such-pad, which does not exist: run `npm ci`, or correct the import",
    );
  });

  it("with a syntax error names the position", () => {
    const error = loadError(folder, "export const a = {\n  b: {\n");
    assert.match(describeLoadError(error, folder), /^index\.ts:3:0: \w[^\n]+$/);
    // as in swc's message
    const swc = new Error(
      `  x Unexpected token \`<eof>\`.\n   ,-[${folder}/index.ts:3:12]\n 1 | export\n\nCaused by:\n    Syntax Error`,
    );
    assert.equal(describeLoadError(swc, folder), "index.ts:3:12: Unexpected token `<eof>`.");
  });

  it("does not change other errors of the program", () => {
    const error = new TypeError("x is not a function");
    assert.throws(() => describeLoadError(error, folder), error);
  });

  it("that cannot be loaded ends the program and the scripts with this line", async () => {
    for (const name of readdirSync(root)) {
      if (USED.test(name)) cpSync(join(root, name), join(folder, name), { recursive: true });
    }
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
    const registry = join(folder, "use-cases/index.ts");
    const lines = readFileSync(registry, "utf8").replace("\n};", "\n  churn,\n};");
    writeFileSync(registry, `import { churn } from "./churn";\n${lines}`);
    const execute = (args: string[]) =>
      run(process.execPath, args, { cwd: folder, allowFailure: true });
    // as `pulumi` loads it
    const program = `
      require("ts-node").register({ transpileOnly: true, swc: true });
      const pulumi = require("@pulumi/pulumi");
      pulumi.runtime.setMocks({ newResource: () => ({}) }, "pachyderm-seldon", "dev");
      process.on("uncaughtException", (error) => {
        console.error(pulumi.RunError.isInstance(error) ? "program: " + error.message : error);
        process.exit(1);
      });
      require("./main");`;
    const results = await Promise.all([
      execute(["-e", program]),
      execute(["--require", "tsx/cjs", "scripts/adopt.ts", "--update", "--stack", "dev"]),
    ]);
    const message = describeLoadError(
      Object.assign(new Error("Cannot find module './churn'"), {
        code: "MODULE_NOT_FOUND",
        requireStack: [registry],
      }),
      folder,
    );
    assert.deepEqual(
      results.map(({ code, stderr }) => [code, stderr]),
      [
        [1, `program: ${message}\n`],
        [1, `adopt: ${message}\n`],
      ],
    );
  }).timeout(30_000);
});
