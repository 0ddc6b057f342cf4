import assert from "node:assert/strict";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { named, type Recording, record } from "../../support/program-recorder";
import { complete, credentials, secretKeys, stackConfig } from "../../support/stack-config";
import { typeErrors } from "./pachyderm-provider/examples";

const root = join(__dirname, "../../..");

/** What the program consists of. */
const SOURCES = [
  "index.ts",
  "main.ts",
  "platform.ts",
  "outputs.ts",
  "sdk-workarounds.ts",
  "program",
  "config",
  "components",
  "providers",
  "use-cases",
  "tsconfig.json",
  "package.json",
];

/** What docs/use-cases.md tells its readers to write. */
function readDocument() {
  const text = readFileSync(join(root, "docs/use-cases.md"), "utf8");
  const match = (pattern: RegExp) => {
    const [, first = "", second = ""] = pattern.exec(text) ?? assert.fail(`no ${pattern}`);
    return [first, second] as const;
  };
  const outdent = (code: string) => code.replaceAll(/^ {3}/gm, "");
  const [file, code] = match(/<!-- file: (\S+) -->\n\n {3}```ts\n([\s\S]*?) {3}```/);
  const [importLine, entry] = match(/<!-- registry: (.*?) -->\n\n {3}```ts\n([\s\S]*?) {3}```/);
  return { file, code: outdent(code), importLine, entry: outdent(entry) };
}

/** The registry with an import and a line more. */
function register(registry: string, importLine: string, entry: string): string {
  const withImport = registry.replace(/^import /m, `${importLine}\nimport `);
  return withImport.replace(/^};$/m, `${entry}};`);
}

describe("the use case in docs/use-cases.md", () => {
  const { file, code, importLine, entry } = readDocument();
  let copy: string;
  let recording: Recording;

  before(async () => {
    copy = mkdtempSync(join(tmpdir(), "use-cases-"));
    for (const name of SOURCES) cpSync(join(root, name), join(copy, name), { recursive: true });
    symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
    mkdirSync(dirname(join(copy, file)));
    writeFileSync(join(copy, file), code);
    const registry = join(copy, "use-cases/index.ts");
    writeFileSync(registry, register(readFileSync(registry, "utf8"), importLine, entry));
    recording = await record(() => require(join(copy, "index.ts")), {
      config: stackConfig({
        useCases: { ...complete.useCases, "customer-churn": {} },
        credentials: { ...credentials, hf_token: "canary-token" },
      }),
      secretKeys,
    });
  });
  after(() => rmSync(copy, { recursive: true }));

  it("has no error of types", function () {
    // the compiler reads all of the program
    this.timeout(60_000);
    assert.deepEqual(typeErrors(new Map([[file.replace(/\.ts$/, ""), code]])), []);
  });

  it("becomes a repo and two pipelines beside those of the other use cases", () => {
    const own = recording.registrations
      .filter(({ type, name }) => type.startsWith("pachyderm:") && name.startsWith("customer-"))
      .map(({ name }) => name)
      .sort();
    assert.deepEqual(own, [
      "customer-churn-data",
      "customer-churn-data-reader",
      "customer-churn-deployment-pipeline",
      "customer-churn-training-pipeline",
    ]);
    assert.ok(named(recording, "image-classification-training-pipeline"));
  });

  it("runs the image with its argument and its secret", () => {
    const { spec } = named(recording, "customer-churn-training-pipeline").inputs as {
      spec: {
        readonly autoscaling: boolean;
        readonly transform: { stdin: string[]; secrets: { key: string; env_var: string }[] };
      };
    };
    assert.deepEqual(spec.transform.stdin, [
      "python train.py --git-url https://git.example.com/churn/experiments.git --git-ref v1.4.0 --sub-dir experiment --config const.yaml --repo customers --model customer-churn --no-incremental",
    ]);
    assert.deepEqual(spec.transform.secrets.at(-1), {
      name: "pipeline-secret",
      key: "hf_token",
      env_var: "HF_TOKEN",
    });
    assert.equal(spec.autoscaling, true);
  });

  it("asks for the secret that only it reads", async () => {
    const config = stackConfig({ useCases: { "customer-churn": {} } });
    for (const name of ["index.ts", "program/config.ts", "program/providers.ts"])
      delete require.cache[join(copy, name)];
    await assert.rejects(
      record(() => require(join(copy, "index.ts")), { config, secretKeys }),
      {
        message:
          /^pachyderm-seldon:credentials\.hf_token is missing; .*--secret --path credentials\.hf_token/,
      },
    );
  });
});
