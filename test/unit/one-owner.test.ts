import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const root = join(__dirname, "../..");
const FOLDERS = [
  "command-line",
  "components",
  "config",
  "program",
  "providers",
  "sandbox",
  "scripts",
  "toolchain",
  "use-cases",
];

/** Code that only one file contains, from which others import it. */
const OWNED: Readonly<Record<string, readonly [pattern: RegExp, owner: string]>> = {
  "Seldon's namespace of detectors": [
    /"seldon-logs"|\.seldon-logs\b/,
    "providers/seldon/plugin/deployment/inputs.ts",
  ],
  "the namespace of configuration keys": [
    /pachyderm-seldon:(?!index:)[a-z]|NAMESPACE = "pachyderm-seldon"/,
    "config/stack-file.ts",
  ],
  "the quotes of a POSIX shell": [/replaceAll\("'"/, "providers/kit/shell-quote.ts"],
  "the wait before another try": [/\* 2 \*\* /, "providers/kit/backoff.ts"],
  "standard output in an error": [/stderr \|\| .*stdout/, "command-line/processes/run.ts"],
  "the secrets provider of a new stack": [/\["--secrets-provider"/, "scripts/init-command.ts"],
  "the question what was meant": [/did you mean \$/, "providers/kit/suggest.ts"],
  "a function for each property": [/function map(Values|Entries)\b/, "providers/kit/map-values.ts"],
  "files replaced in one step": [/function writeInOneStep\b/, "providers/kit/one-step.ts"],
  "the way along a path": [/path\.reduce<unknown>/, "providers/kit/property-path.ts"],
  "Pachyderm's default project": [
    /project\b[^\n]*"default"/i,
    "providers/pachyderm/spec/defaults.ts",
  ],
  "Pachyderm's default branch": [
    /branch\b[^\n]*["@]master"|\}@master`/i,
    "providers/pachyderm/spec/defaults.ts",
  ],
  "whether there are credentials for storage": [
    /(serviceAccountKey|storageKey|googleServiceAccount) \?\? (serviceAccountKey|storageKey|googleServiceAccount)\b/,
    "components/seldon-namespace/google-credentials.ts",
  ],
  "how a block of a stack file is read": [/function blockOf\b/, "config/stack-file.ts"],
  "files that may not be there": [/function readIfThere\b/, "command-line/read-if-there.ts"],
  "the order of versions": [/function isAtLeast\b/, "toolchain/search-path.ts"],
  "a list that ends after some items": [
    /slice\(0, [\w.]+\)\.join\(", "\)/,
    "providers/kit/listed.ts",
  ],
  "what is said of existing objects": [
    /`[^`]*exists outside of the stack/,
    "components/common/lifetime.ts",
  ],
  "what to do about missing namespaces": [
    /or correct (pachyderm|seldon)\.\w+|remove seldon\.existing/,
    "components/common/exists-advice.ts",
  ],
  "a bucket in another location": [
    /which cannot be changed, but/,
    "components/detector-bucket/bucket-advice.ts",
  ],
  "the age of a lock that no job holds": [/[<>]=? JOB_MINUTES\b/, "scripts/stack-update/lock.ts"],
  "whether a stack is the environment of a pull request": [
    /import \{[^}]*\bpullRequestIn\b/,
    "scripts/sweep/environment.ts",
  ],
  "which steps of two plans are the same": [/\$\{(\w+\.)?op\} \$\{/, "scripts/plan/difference.ts"],
  "what is expected of a flag": [/expected true or false"/, "config/schema-parts.ts"],
  "what the name of an image may be": [
    /not a valid image name/,
    "providers/pachyderm/spec/check/image.ts",
  ],
  "the form of a commit's id": [/\[0-9a-f\]\{32\}/, "providers/pachyderm/spec/check/syntax.ts"],
  "whether a value is known only later": [/instanceof Promise/, "components/common/known.ts"],
  "namespaces that must differ": [/is also the value of/, "config/checks/separate-namespaces.ts"],
  "what to do about readers and followers": [
    /is still read by|delete branch \$\{/,
    "providers/pachyderm/plugin/shared/refused-delete.ts",
  ],
  "what to do about another stack's objects": [
    /choose another namePrefix/,
    "components/common/exists-advice.ts",
  ],
  "days of soft delete": [/[<>]=? (7|90)\b/, "components/detector-bucket/checks.ts"],
};

/** Stand-ins repeat the rules of the original on purpose. */
const isStandIn = (file: string) => file.startsWith("sandbox/stand-ins/");

const files = [
  ...readdirSync(root, { encoding: "utf8" }),
  ...FOLDERS.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map((file) =>
      join(folder, file),
    ),
  ),
].filter((file) => file.endsWith(".ts") && !isStandIn(file));
const sources = files.map((file) => ({
  file,
  code: withoutComments(readFileSync(join(root, file), "utf8")),
}));

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");
}

describe("a rule has one owner", () => {
  for (const [what, [pattern, owner]] of Object.entries(OWNED)) {
    it(what, () => {
      const found = sources.filter(({ code }) => pattern.test(code)).map(({ file }) => file);
      assert.deepEqual(found, [owner]);
    });
  }

  it("is searched for in all sources", () => {
    assert.ok(sources.length > 200, `only ${sources.length} files were found`);
    for (const file of ["index.ts", "platform.ts", "toolchain/tools.ts"])
      assert.ok(files.includes(file), file);
  });
});
