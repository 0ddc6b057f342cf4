import assert from "node:assert/strict";
import fc from "fast-check";
import type { ValueMap } from "../../../../../providers/kit/values";
import {
  egressTarget,
  PipelineGraph,
} from "../../../../../providers/pachyderm/change-costs/downstream";
import type { PipelineRow } from "../../../../../providers/pachyderm/change-costs/rows";
import { JOBS_VERSIONS, jobsRecording, rowsOf } from "../../../../support/jobs-recording";

function row(
  id: string,
  input: ValueMap | undefined,
  over: Partial<PipelineRow> = {},
): PipelineRow {
  const [project = "", name = ""] = id.split("/");
  const { details, ...rest } = over;
  return {
    pipeline: { project: { name: project }, name },
    details: { ...(input && { input }), outputBranch: "master", ...details },
    ...rest,
  };
}
const reads = (...ids: string[]): ValueMap => ({
  cross: ids.map((id) => {
    const [project = "", repo = ""] = id.split("/");
    return { pfs: { project, repo, branch: "master", glob: "/*" } };
  }),
});
const ref = (id: string) => {
  const [project = "", name = ""] = id.split("/");
  return { project, name };
};
const branch = (id: string, type = "user") => {
  const { project, name } = ref(id);
  return { repo: { name, type, project: { name: project } }, name: "master" };
};
const idsOf = (found: readonly { ref: { project: string; name: string } }[]) =>
  found.map(({ ref: { project, name } }) => `${project}/${name}`);

describe("What is downstream of a pipeline", () => {
  const graph = new PipelineGraph([
    row("d/a", reads("d/in")),
    row("d/b", reads("d/a", "d/in")),
    row("e/c", reads("d/b")),
    row("d/apart", reads("d/in")),
  ]);

  it("is every direct and indirect reader of its output, in other projects too, the nearest first", () => {
    assert.deepEqual(graph.downstreamOf([ref("d/a")]), [
      {
        ref: ref("d/b"),
        row: graph.pipeline(ref("d/b")),
        because: ["d/a"],
        reads: ["d/a"],
        effects: [],
      },
      {
        ref: ref("e/c"),
        row: graph.pipeline(ref("e/c")),
        because: ["d/a"],
        reads: ["d/b"],
        effects: [],
      },
    ]);
    assert.deepEqual(graph.downstreamOf([ref("e/c"), ref("d/none")]), []);
  });

  it("lists each pipeline once, with every change that affects it, and no changed pipeline", () => {
    const found = graph.downstreamOf([ref("d/a"), ref("d/b")]);
    assert.deepEqual(idsOf(found), ["e/c"]);
    assert.deepEqual(found[0]?.because, ["d/a", "d/b"]);
  });

  it("includes stopped pipelines and those downstream of them, which subvenance omits", () => {
    const stopped = new PipelineGraph([
      row("d/a", reads("d/in")),
      row("d/b", reads("d/a"), { stopped: true }),
      row("d/c", reads("d/b")),
    ]);
    const found = stopped.downstreamOf([ref("d/a")]);
    assert.deepEqual(idsOf(found), ["d/b", "d/c"]);
    assert.deepEqual(found[0]?.effects, ["stopped: processes the data when it starts"]);
  });

  it("includes what only subvenance shows, each pipeline once, and what the specs show downstream of it", () => {
    const partly = new PipelineGraph([
      row("d/a", reads("d/in")),
      row("d/below", reads("x/secret")),
    ]);
    const both = ["x/secret", "d/below", "d/a"].flatMap((id) => [branch(id, "meta"), branch(id)]);
    partly.addSubvenance(ref("d/a"), both);
    const found = partly.downstreamOf([ref("d/a")]);
    assert.deepEqual(idsOf(found), ["x/secret", "d/below"]);
    assert.equal(found[0]?.row, undefined);
  });

  it("excludes readers of another branch of the output, and includes those whose trigger follows it", () => {
    const onBranch = (pfs: ValueMap) => ({ pfs: { project: "d", repo: "a", glob: "/*", ...pfs } });
    const branches = new PipelineGraph([
      row("d/a", reads("d/in")),
      row("d/preview", onBranch({ branch: "pr-12" })),
      row("d/triggered", onBranch({ branch: "t", trigger: { branch: "master", commits: "2" } })),
      row("d/odd", onBranch({ branch: "dev" })),
    ]);
    assert.deepEqual(idsOf(branches.downstreamOf([ref("d/a")])), ["d/triggered"]);
    assert.deepEqual(
      branches.readersOf(ref("d/a")).map(({ name }) => name),
      ["odd", "preview", "triggered"],
    );
  });

  it("terminates in cycles, even through another project, for any graph", () => {
    const circle = new PipelineGraph([
      row("d/a", reads("e/c")),
      row("d/b", reads("d/a")),
      row("e/c", reads("d/b")),
    ]);
    assert.deepEqual(idsOf(circle.downstreamOf([ref("d/a")])), ["d/b", "e/c"]);
    const id = fc.constantFrom("d/a", "d/b", "e/a", "e/b", "f/c");
    const edges = fc.array(fc.tuple(id, id), { maxLength: 15 });
    fc.assert(
      fc.property(edges, fc.uniqueArray(id, { minLength: 1 }), (pairs, changed) => {
        const ids = [...new Set(pairs.flat())];
        const rows = ids.map((one) =>
          row(one, reads(...pairs.filter(([, to]) => to === one).map(([from]) => from))),
        );
        const found = idsOf(new PipelineGraph(rows).downstreamOf(changed.map(ref)));
        // by another algorithm: grow the set of reached pipelines until it no longer changes
        const reached = new Set(changed);
        for (let before = -1; before < reached.size; ) {
          before = reached.size;
          for (const [from, to] of pairs) if (reached.has(from)) reached.add(to);
        }
        assert.deepEqual(
          [...found].sort(),
          [...reached].filter((one) => !changed.includes(one)).sort(),
        );
        assert.equal(new Set(found).size, found.length);
      }),
    );
  });

  it("ignores a pipeline whose spec cannot be read", () => {
    const hidden: PipelineRow = { pipeline: { project: { name: "d" }, name: "h" }, details: null };
    const partly = new PipelineGraph([row("d/a", reads("d/in")), hidden]);
    assert.deepEqual(partly.downstreamOf([ref("d/a")]), []);
    partly.addSubvenance(ref("d/a"), [branch("d/h")]);
    assert.deepEqual(idsOf(partly.downstreamOf([ref("d/a")])), ["d/h"]);
  });

  it("has other   effects: egress without password, services, spouts", () => {
    const egress = (over: ValueMap) => row("d/e", reads("d/a"), { details: { egress: over } });
    const found = new PipelineGraph([
      row("d/a", reads("d/in")),
      egress({ URL: "", objectStorage: { url: "gs://reports/x" } }),
      row("d/s", reads("d/a"), { details: { service: { internalPort: 80 } } }),
    ]).downstreamOf([ref("d/a")]);
    assert.deepEqual(
      found.flatMap(({ effects }) => effects),
      ["egress to gs://reports/x runs again", "its service restarts with the new data"],
    );
    const secret = "snowflake://me:hunter2@host/db?password=hunter2";
    assert.equal(egressTarget({ sqlDatabase: { url: secret } }), "snowflake://host/db");
    assert.equal(egressTarget({ URL: "s3://b/c" }), "s3://b/c");
    assert.equal(egressTarget(null), undefined);
  });
});

for (const version of JOBS_VERSIONS) {
  it(`The graph of Pachyderm ${version} from ListPipeline is that of its branches ("graph: branch of in")`, () => {
    const steps = jobsRecording(version);
    const answer = (name: string) => {
      const step = steps.find(({ step }) => step === name);
      assert.ok(step, name);
      return step;
    };
    const rows = rowsOf<PipelineRow>(answer("graph: all pipelines"));
    const { subvenance } = answer("graph: branch of in").response.body as {
      subvenance: { repo: { name: string; project: { name: string } } }[];
    };
    const graph = new PipelineGraph(rows ?? []);
    const below = graph.readersOf({ project: "default", name: "in" });
    const found = [...below, ...graph.downstreamOf(below).map((one) => one.ref)];
    const byBranches = new Set(subvenance.map(({ repo }) => repo.name));
    assert.equal(byBranches.size, 3);
    assert.deepEqual(new Set(found.map(({ name }) => name)), byBranches);
  });
}
