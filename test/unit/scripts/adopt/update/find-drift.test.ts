import assert from "node:assert/strict";
import type { Value } from "../../../../../providers/kit/values";
import { Server } from "../../../../../scripts/adopt/server";
import { findDrift } from "../../../../../scripts/adopt/update/find-drift";
import type { UseCaseDefinition } from "../../../../../use-cases/definition";
import { TestServer } from "../../../../support/pachyderm-server";

const spec = (name: string, image = `${name}:1`) => ({
  pipeline: { name },
  input: { pfs: { repo: "images", glob: "/*" } },
  transform: { image, cmd: ["sh"] },
});

describe("the drift of a use case", () => {
  const pachyderm = new TestServer();

  before(async () => {
    await pachyderm.start();
    await pachyderm.createRepo("images");
    await pachyderm.createPipeline(spec("edges", "edges:2"));
    await pachyderm.createPipeline(spec("other", "other:2"));
  });
  after(() => pachyderm.server.close());

  function drift(...names: string[]) {
    const written: UseCaseDefinition = {
      pipelines: Object.fromEntries(names.map((name) => [name, { spec: spec(name) }])),
    };
    const stack = {
      stack: "dev",
      address: pachyderm.server.address,
      prefix: "",
      project: "default",
      secret: "pipeline-secret",
      pipelines: new Map(),
      repos: new Map(),
    };
    const server = new Server(stack);
    // the program also creates the pipelines of other use cases
    const all = ["edges", "other", "gone"].map((name) => [`default/${name}`, spec(name)] as const);
    const render = async () => new Map<string, Value>(all);
    const options = { server, stack, made: new Set<string>(), plainEnv: new Set<string>() };
    return findDrift({ name: "mine", written, effective: written }, options, render).finally(() =>
      server.close(),
    );
  }

  it("contains only its own pipelines, not all that the stack selects", async () => {
    const { drifted, edits, elsewhere } = await drift("edges");
    assert.deepEqual(
      drifted.map(({ pipeline, fields }) => [pipeline.name, fields]),
      [["edges", ["spec.transform.image"]]],
    );
    assert.deepEqual(
      edits.map(({ path, value }) => [path.join("."), value]),
      [["pipelines.edges.spec.transform.image", "edges:2"]],
    );
    assert.deepEqual(elsewhere, []);
  });

  it("names a pipeline that does not run only once", async () => {
    assert.deepEqual((await drift("gone")).elsewhere, [
      "pipeline default/gone does not exist: run `pulumi up --refresh` to create it, or remove it from use-cases/mine",
    ]);
  });
});
