import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { defaultOf, type Key, schemas } from "../../../config/schema";

const root = join(__dirname, "../../..");
const read = (file: string) => parse(readFileSync(join(root, file), "utf8"));

describe("Pulumi.yaml", () => {
  const project = read("Pulumi.yaml");
  const { name, template, main, plugins } = project;
  // `pulumi new` moves the template's name into a tag
  const { "pulumi:tags": tags, ...config } = project.config;

  it("declares exactly the keys that the program reads, each with a description", () => {
    assert.deepEqual(Object.keys(config), Object.keys(schemas));
    for (const [key, { description }] of Object.entries<{ description?: string }>(config)) {
      assert.ok(description, `${key} has no description`);
    }
  });

  it("has the defaults that the program assumes if the CLI fills none in", () => {
    for (const [key, declaration] of Object.entries<{ default: unknown }>(config)) {
      assert.deepEqual(declaration.default, defaultOf(key as Key), key);
    }
  });

  it("names in each block's description every key of the block", () => {
    const blocks = Object.entries(schemas).flatMap(([key, schema]) =>
      "shape" in schema ? [[key, Object.keys(schema.shape)] as const] : [],
    );
    assert.deepEqual(
      Object.keys(schemas).filter((key) => !blocks.some(([block]) => block === key)),
      ["useCases", "namePrefix", "disposable", "adopt"], // the only keys that are no blocks
    );
    for (const [key, parts] of blocks) {
      const words = new Set(config[key].description.match(/[\w-]+/g));
      for (const part of parts) assert.ok(words.has(part), `${key} does not mention ${part}`);
    }
  });

  it("has the name that prefixes every key", () => {
    assert.equal(name, "pachyderm-seldon");
  });

  it("has the locations of the program and its plugins", () => {
    assert.equal(main, "main.ts");
    assert.deepEqual(plugins.providers, [
      { name: "pachyderm", path: "./providers/pachyderm/bin" },
      { name: "seldon", path: "./providers/seldon/bin" },
    ]);
  });

  it("is a template unless it was created from one, and asks only for keys that the CLI can store", () => {
    assert.equal(template === undefined, tags !== undefined);
    for (const key of Object.keys(template?.config ?? {})) {
      // every later command would refuse a string instead of a block
      assert.notEqual(config[key]?.type, "object", key);
      assert.ok(key.includes(":") || key in config, key);
    }
  });
});

describe("Pulumi.dev.yaml", () => {
  it("contains no secret, encrypted or not", () => {
    const { config, encryptionsalt } = read("Pulumi.dev.yaml");
    assert.equal(encryptionsalt, undefined);
    assert.equal(config["pachyderm-seldon:credentials"], undefined);
    assert.doesNotMatch(JSON.stringify(config), /secure|password|token/);
  });
});

describe("package-lock.json", () => {
  const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"));

  it("has the package that transpiles the program, for every supported platform", () => {
    const { optionalDependencies } = packages["node_modules/@swc/core"];
    for (const platform of ["darwin-arm64", "darwin-x64", "linux-arm64-gnu", "linux-x64-gnu"]) {
      const name = `@swc/core-${platform}`;
      assert.equal(packages[`node_modules/${name}`]?.version, optionalDependencies[name], name);
      assert.equal(packages[`node_modules/${name}`].optional, true, name);
    }
  });
});
