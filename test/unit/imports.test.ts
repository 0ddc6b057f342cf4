import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

const root = join(__dirname, "../..");

/** What each part may import besides itself; the first match counts. */
const LAYERS: readonly (readonly [string, readonly string[]])[] = [
  ["providers/kit/", []],
  ["providers/pachyderm/", ["providers/kit/"]],
  ["providers/seldon/", ["providers/kit/"]],
  ["components/", ["providers/"]],
  ["use-cases/", ["components/", "providers/"]],
  ["config/", ["use-cases/", "components/", "providers/"]],
  ["program/", ["config/", "use-cases/", "components/", "providers/"]],
  ["command-line/", ["providers/kit/"]],
  ["toolchain/", ["command-line/"]],
  ["sandbox/", ["toolchain/", "command-line/", "config/", "components/", "providers/"]],
  ["scripts/", [""]],
  ["", ["program/", "config/", "use-cases/", "components/", "providers/"]],
];

/** What others may import from a provider: its classes, its rules, and its client for tools. */
const FACE = /^providers\/(pachyderm|seldon)\/(index|rules|client)\.ts$/;

/** The scripts for the sandbox; no other script needs one. */
const ABOUT_THE_SANDBOX = /^scripts\/(demo|bench)[./]/;

/** The sources, and the files that each imports, by path in the repository. */
function readImports(): Map<string, string[]> {
  const sources = [
    "",
    "program",
    "config",
    "components",
    "use-cases",
    "providers",
    "command-line",
    "toolchain",
    "sandbox",
    "scripts",
  ]
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: folder !== "", encoding: "utf8" }).map((file) =>
        join(folder, file),
      ),
    )
    .filter((file) => file.endsWith(".ts"));
  return new Map(sources.map((file) => [file, importsOf(file)]));
}

function importsOf(file: string): string[] {
  return importsIn(file, readFileSync(join(root, file), "utf8"));
}

function importsIn(file: string, text: string): string[] {
  return [...text.matchAll(/(?:from|import|import\()\s*"(\.[^"]*)"/g)].map(([, path = ""]) => {
    const base = join(root, dirname(file), path);
    const found = [`${base}.ts`, join(base, "index.ts"), base].find(
      (candidate) => candidate.endsWith(".ts") && existsSync(candidate),
    );
    assert.ok(found, `${file} imports ${path}, which is not there`);
    return relative(root, found);
  });
}

const LOADS_SDK = /^import (?!type\b)[^"]*from "@pulumi\/pulumi";/m;

/**
 * The files that are loaded with a file: not those of which it only uses types, or that it loads
 * later.
 */
function loadedBy(file: string): string[] {
  const text = readFileSync(join(root, file), "utf8");
  return importsIn(file, text.replaceAll(/^(?:import|export) type [^"]*"|\bimport\("/gm, ""));
}

/** Sets of files that import each other, by Tarjan's algorithm: https://doi.org/10.1137/0201010 */
function circles(imports: ReadonlyMap<string, readonly string[]>): string[][] {
  const order = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const found: string[][] = [];
  const visit = (file: string): number => {
    const index = order.size;
    order.set(file, index);
    low.set(file, index);
    stack.push(file);
    for (const next of imports.get(file) ?? []) {
      const reached = order.has(next)
        ? stack.includes(next)
          ? (order.get(next) ?? index)
          : index
        : visit(next);
      low.set(file, Math.min(low.get(file) ?? index, reached));
    }
    if (low.get(file) === index) {
      const circle = stack.splice(stack.indexOf(file));
      if (circle.length > 1) found.push(circle.sort());
    }
    return low.get(file) ?? index;
  };
  for (const file of imports.keys()) if (!order.has(file)) visit(file);
  return found;
}

describe("private members", () => {
  it("are private in the language (#name); only a constructor is declared private", () => {
    const declared = /^\s*(constructor\()?private (?!constructor\()/m;
    const sources = [...readImports().keys()];
    const wrong = sources.filter((file) => declared.test(readFileSync(join(root, file), "utf8")));
    assert.deepEqual(wrong, []);
  });
});

describe("the sources' imports", () => {
  const imports = readImports();
  const pairs = [...imports].flatMap(([file, targets]) => targets.map((to) => [file, to] as const));

  it("are found, so that these tests check something", () => {
    assert.ok(pairs.length > 500, `only ${pairs.length} imports were found`);
  });

  it("point in one direction: program, components, providers, kit", () => {
    const wrong = pairs.filter(([file, to]) => {
      const [layer, allowed] = LAYERS.find(([prefix]) => file.startsWith(prefix)) ?? ["", []];
      if (layer === "" ? !to.includes("/") : to.startsWith(layer)) return false;
      return !allowed.some((prefix) => to.startsWith(prefix));
    });
    assert.deepEqual(wrong, []);
  });

  it("enter the registry of use cases in one place, which reports errors in its files", () => {
    const importers = pairs.filter(([, to]) => to === "use-cases/index.ts").map(([file]) => file);
    assert.deepEqual(importers, ["config/registry.ts"]);
  });

  it("enter the sandbox only from the scripts for it, because real environments have none", () => {
    const importers = pairs.filter(([, to]) => to.startsWith("sandbox/")).map(([file]) => file);
    const wrong = importers.filter(
      (file) => !file.startsWith("sandbox/") && !ABOUT_THE_SANDBOX.test(file),
    );
    assert.deepEqual(wrong, []);
    assert.ok(importers.includes("scripts/demo.ts"));
  });

  it("enter the argument parser from one of the scripts, whose errors contain the usage", () => {
    const importers = pairs
      .filter(([, to]) => to === "command-line/parse-args.ts")
      .map(([file]) => file);
    const scripts = importers.filter((file) => file.startsWith("scripts/"));
    assert.deepEqual(scripts, ["scripts/script-arguments.ts"]);
  });

  describe("of the SDK, which takes longer to load than everything else", () => {
    const loading = (script: string) => {
      const loaded = new Set([script]);
      for (const file of loaded) for (const to of loadedBy(file)) loaded.add(to);
      return [...loaded].filter((file) => LOADS_SDK.test(readFileSync(join(root, file), "utf8")));
    };

    it("include only its errors in scripts that need no more", () => {
      for (const name of ["comment", "compare", "cost", "deploy", "destroy", "drift", "plan"])
        assert.deepEqual(loading(`scripts/${name}.ts`), [], name);
    });

    it("exclude, in other scripts, what this program does not use", () => {
      const scripts = [...imports.keys()].filter((file) => /^scripts\/[\w-]+\.ts$/.test(file));
      const heavy = scripts.filter(
        (file) =>
          /^runScript\(/m.test(readFileSync(join(root, file), "utf8")) && loading(file).length > 0,
      );
      assert.ok(heavy.includes("scripts/doctor.ts"), heavy.join());
      const first = (file: string) => imports.get(file)?.[0];
      assert.deepEqual(
        heavy.filter((file) => first(file) !== "program/sdk-workarounds/index.ts"),
        [],
      );
    });
  });

  it("enter a provider only through its public files", () => {
    const provider = (file: string) => /^providers\/(pachyderm|seldon)\//.exec(file)?.[0];
    const wrong = pairs.filter(
      ([file, to]) =>
        provider(to) !== undefined &&
        provider(file) !== provider(to) &&
        !FACE.test(to) &&
        // documents the schema and fields themselves
        !file.startsWith("scripts/provider-docs"),
    );
    assert.deepEqual(wrong, []);
  });

  it("have no cycles", () => {
    assert.deepEqual(circles(imports), []);
  });

  it("have no cycles between the folders of a provider", () => {
    const folders = new Map<string, string[]>();
    for (const [file, to] of pairs.filter(([file]) => file.startsWith("providers/"))) {
      const [from, target] = [dirname(file), dirname(to)];
      // a folder and its contents count as one part
      if (from.startsWith(target) || target.startsWith(from)) continue;
      folders.set(from, [...(folders.get(from) ?? []), target]);
    }
    assert.deepEqual(circles(folders), []);
  });
});
