import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe as describeAdoption } from "../../../../scripts/adopt/describe";
import { type AdoptOptions, prepareAdoption } from "../../../../scripts/adopt/prepare-adoption";
import type { StackFacts } from "../../../../scripts/adopt/stack-facts";
import { TestServer } from "../../../support/pachyderm-server";

const edges = {
  pipeline: { name: "edges" },
  input: { pfs: { repo: "images", glob: "/*" } },
  transform: { image: "edges:1", cmd: ["python3", "/edges.py"] },
  parallelism_spec: { constant: "2" },
};
const montage = {
  pipeline: { name: "montage" },
  input: {
    cross: [{ pfs: { repo: "images", glob: "/" } }, { pfs: { repo: "edges", glob: "/" } }],
  },
  transform: { image: "montage:1", cmd: ["sh"], stdin: ["montage"] },
};

describe("the use case that adopt prepares", () => {
  const server = new TestServer();
  let folder: string;

  before(async () => {
    await server.start();
    folder = mkdtempSync(join(tmpdir(), "adoption-"));
    await server.createRepo("images");
    await server.createPipeline(edges);
    await server.createPipeline(montage);
  });
  after(async () => {
    await server.server.close();
    rmSync(folder, { recursive: true });
  });

  function file(name: string, ...specs: object[]): string {
    const path = join(folder, name);
    writeFileSync(path, specs.map((spec) => JSON.stringify(spec)).join("\n"));
    return path;
  }

  function prepare(
    sources: string[],
    changes: Partial<AdoptOptions> = {},
    facts?: Partial<StackFacts>,
  ) {
    const options = { name: undefined, ownRepos: false, plainEnv: [], print: () => undefined };
    return prepareAdoption({ sources, stack: "dev", ...options, ...changes }, (stack) => ({
      stack,
      address: server.server.address,
      prefix: "",
      project: "default",
      secret: "pipeline-secret",
      pipelines: new Map(),
      repos: new Map(),
      ...facts,
    }));
  }

  it("has pipelines by their names, in one spelling, with their repos", async () => {
    const { useCase, built, running } = await prepare(["edges", "default/montage"], {
      name: "images",
    });
    assert.equal(useCase, "images");
    assert.deepEqual([...running], ["default/edges", "default/montage"]);
    assert.deepEqual(built.definition, {
      repos: { images: { existing: true } },
      pipelines: {
        edges: {
          spec: {
            pipeline: { name: "edges" },
            input: { pfs: { repo: "images", glob: "/*" } },
            transform: { image: "edges:1", cmd: ["python3", "/edges.py"] },
            parallelismSpec: { constant: 2 },
          },
        },
        montage: { spec: montage },
      },
    });
  });

  it("is named after the only pipeline, or the only file", async () => {
    assert.equal((await prepare(["edges"])).useCase, "edges");
    assert.equal((await prepare([file("Photo_Book.json", edges, montage)])).useCase, "photo-book");
    await assert.rejects(prepare(["edges", "montage"]), /^Error: --name is required/);
    await assert.rejects(
      prepare(["edges"], { name: "No name" }),
      /--name: "No name" is not a valid name/,
    );
  });

  it("treats the data as existing, unless it adopts or must create it", async () => {
    const fresh = { ...montage, pipeline: { name: "fresh" } };
    const repos = async (ownRepos: boolean, ...sources: string[]) =>
      (await prepare(sources, { ownRepos })).built.definition.repos;
    assert.deepEqual(await repos(true, "edges"), { images: {} });
    assert.deepEqual(
      await repos(true, "montage"),
      { images: {}, edges: { existing: true } },
      "the output of a pipeline belongs to the pipeline",
    );
    const other = { ...fresh, input: { pfs: { repo: "nothing", glob: "/" } } };
    assert.deepEqual(await repos(false, file("other.json", other)), { nothing: {} });
  });

  it("accepts a file with running pipelines, and recognizes pipelines that do not run yet", async () => {
    const fresh = { ...edges, pipeline: { name: "fresh" } };
    const spelled = { ...edges, parallelism_spec: undefined, parallelismSpec: { constant: 2 } };
    const made = await prepare([file("both.json", spelled, fresh)]);
    assert.deepEqual([...made.running], ["default/edges"]);
    const lines = describeAdoption(made, {
      imports: ["a"],
      importedPipelines: ["a"],
      creates: ["b"],
      changes: [],
      restarts: [],
      differences: [],
      others: new Map([
        ["create", ["pipelines-secret"]],
        ["import", ["a", "b", "c", "d", "e", "f", "g"]],
      ]),
    });
    assert.deepEqual(lines, [
      "use-cases/both/index.ts:",
      "  pipelines.edges: pipeline default/edges",
      "  pipelines.fresh: pipeline default/fresh (to be created)",
      "  repo images: existing; the stack does not change or delete it",
      "Pulumi.dev.yaml: selects both and sets adopt",
      "verified: a preview shows 1 import, 1 create, 0 changes and 0 restarts of these pipelines and repos",
      "this update also: 1 create (pipelines-secret), 7 imports (a, b, c, d, e and 2 more)",
      "next:",
      "  pulumi up --stack dev",
      "  pulumi config rm adopt --stack dev",
      "  pulumi up --stack dev",
    ]);
  });

  it("names the repos that must exist if no stack is given", async () => {
    const written = describeAdoption(
      await prepare([file("x.json", edges)], { stack: undefined }),
      undefined,
    );
    assert.deepEqual(written.slice(2), [
      "  repo images: existing; the stack does not change or delete it",
      "verified: the program renders identical pipelines",
      "next: add `edges: {}` to useCases in the file of a stack",
      "the repo images must exist before its first update; to let the stack create it, remove `existing: true` in use-cases/edges/index.ts (--own-repos leaves it out)",
    ]);
    const options = { stack: undefined, ownRepos: true };
    const owned = describeAdoption(await prepare([file("x.json", edges)], options), undefined);
    assert.deepEqual(owned.slice(2), [
      "  repo images: belongs to the stack",
      "verified: the program renders identical pipelines",
      "next: add `edges: {}` to useCases in the file of a stack",
    ]);
  });

  it("refuses a file that differs from the running pipeline, with the position", async () => {
    const path = file("changed.json", {
      ...edges,
      transform: { ...edges.transform, image: "edges:2" },
    });
    await assert.rejects(prepare([path]), {
      message: `${path}:1:89: pipeline default/edges is running with different values for spec.transform.image: pass its name instead of the file, or update it first`,
    });
  });

  it("refuses pipelines that do not exist, with a suggestion", async () => {
    await assert.rejects(
      prepare(["edge"]),
      /^Error: pipeline default\/edge does not exist on http.*; did you mean default\/edges\?$/,
    );
    await assert.rejects(
      prepare(["a b"]),
      /"a b" is neither an existing file nor a valid pipeline name/,
    );
    await assert.rejects(
      prepare(["edges"], { stack: undefined }),
      /^Error: edges is not a file: .*--stack$/,
    );
    const isFolder = { message: `${folder} is a folder; expected files: pass the files in it` };
    await assert.rejects(prepare([folder], { stack: undefined }), isFolder);
    await assert.rejects(prepare([folder]), isFolder);
    await assert.rejects(
      prepare([file("a.json", edges), "edges"]),
      /pipeline default\/edges is also defined at .*a\.json:1:14/,
    );
  });

  it("recognizes pipelines and repos of the stack's other use cases", async () => {
    const other = {
      pipelines: new Map([["edges", "photos"]]),
      repos: new Map([
        ["edges", "photos"],
        ["images", "photos"],
      ]),
    };
    await assert.rejects(prepare(["edges"], {}, other), {
      message: `pipeline default/edges on ${server.server.address}, pipeline.name: pipeline edges already belongs to use case photos of stack dev; to write its drift back, run \`npm run adopt -- --update --stack dev photos\``,
    });
    const made = await prepare(["montage"], { ownRepos: true }, other);
    assert.deepEqual(made.built.definition.repos, {
      images: { existing: true },
      edges: { existing: true },
    });
    const lines = describeAdoption(made, undefined).filter((line) => line.startsWith("  repo"));
    assert.deepEqual(lines, [
      "  repo images: belongs to use case photos of the stack",
      "  repo edges: belongs to use case photos of the stack",
    ]);
  });

  it("refuses a stack with a different project or prefix", async () => {
    await assert.rejects(
      prepare(["default/edges"], {}, { project: "other" }),
      /pipeline edges is in project default, but pachyderm\.project of stack dev is other/,
    );
    await assert.rejects(
      prepare(["edges"], {}, { prefix: "pr-1-" }),
      /the stack would name this pipeline pr-1-edges: choose a stack without namePrefix/,
    );
  });

  it("fails with one line if the connection to the server is lost", async () => {
    const mode = { status: 500, code: 13, message: "out of order" };
    server.server.failNext({ rpc: "InspectRepo", mode });
    await assert.rejects(
      prepare(["edges"]),
      /^Error: out of order \(pfs_v2\.API\/InspectRepo returned 500\)/,
    );
    server.server.clearFaults();
  });
});
