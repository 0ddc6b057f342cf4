import assert from "node:assert/strict";
import { InitFailed } from "../../../providers/kit/handler";
import { Secret, UNKNOWN, type ValueMap } from "../../../providers/kit/values";
import { ManagedResource } from "../../support/managed-resource";
import {
  needsStandIn,
  type PachydermTarget,
  skipIf,
  startTarget,
} from "../../support/pachyderm-target";

const PIPELINE = "pachyderm:index:Pipeline";

/**
 * The life cycle of pipelines on Pachyderm. Runs against the stand-in, or against the server given
 * by PACHYDERM_ADDRESS (and PACHYDERM_TOKEN), where it leaves nothing behind.
 */
describe("a pipeline on Pachyderm", function () {
  this.timeout(process.env.PACHYDERM_ADDRESS ? 120_000 : 10_000);
  let target: PachydermTarget;
  let input: string;

  before(async () => {
    target = await startTarget();
  });
  after(() => target.close());

  beforeEach(async () => {
    input = await target.makeRepo();
  });
  afterEach(() => target.cleanUp());

  function pipeline(name = target.freshName("pipeline")): ManagedResource {
    target.ownPipeline(name);
    return new ManagedResource(target.plugin, PIPELINE, name);
  }

  function inputs(resource: ManagedResource, more: ValueMap = {}, spec: ValueMap = {}): ValueMap {
    return {
      spec: {
        pipeline: { name: resource.name },
        input: { pfs: { repo: input, glob: "/" } },
        transform: { image: "alpine:3", cmd: ["/bin/sh"], stdin: ["true"] },
        ...spec,
      },
      ...more,
    };
  }

  async function version(resource: ManagedResource): Promise<number> {
    const live = await target.api.inspectPipeline({ project: "default", name: resource.name });
    assert.ok(live, `pipeline ${resource.name} does not exist`);
    return Number(live.version);
  }

  it("comes up running, and its outputs say so", async () => {
    const resource = pipeline();
    assert.equal(await resource.up(inputs(resource)), "create");
    assert.equal(resource.id, `default/${resource.name}`);
    const { name, project, outputRepo, version, state } = resource.state;
    assert.deepEqual(
      { name, project, outputRepo, version, state },
      {
        name: resource.name,
        project: "default",
        outputRepo: resource.name,
        version: 1,
        state: "PIPELINE_RUNNING",
      },
    );
    const effective = resource.state.effectiveSpec as ValueMap;
    assert.equal(effective.datumTries, "3");
  });

  it("reports its name, project and output repo in a preview, and creates nothing", async () => {
    const resource = pipeline();
    const state = await resource.preview(inputs(resource));
    assert.equal(state.name, resource.name);
    assert.equal(state.project, "default");
    assert.equal(state.outputRepo, resource.name);
    assert.equal(state.version, UNKNOWN);
    const live = await target.api.inspectPipeline({ project: "default", name: resource.name });
    assert.equal(live, undefined);
  });

  it("does not change in a second up, nor with the same spec in a different spelling", async () => {
    const resource = pipeline();
    const spec = { parallelism_spec: { constant: 1 } };
    await resource.up(inputs(resource, {}, spec));
    assert.equal(await resource.up(inputs(resource, {}, spec)), "same");
    const respelled = {
      parallelismSpec: { constant: "1" },
      input: { pfs: { glob: "/", repo: input, project: "default", name: input } },
      pipeline: { project: { name: "default" }, name: resource.name },
    };
    assert.deepEqual(await resource.diff(inputs(resource, {}, respelled)), []);
    assert.equal(await resource.up(inputs(resource, {}, respelled)), "same");
    assert.equal(await version(resource), 1);
  });

  it("is updated in place when only the image changed", async () => {
    const resource = pipeline();
    await resource.up(inputs(resource));
    const transform = { image: "alpine:4", cmd: ["/bin/sh"], stdin: ["true"] };
    const changed = inputs(resource, {}, { transform });
    assert.deepEqual(await resource.diff(changed), ["update spec.transform.image"]);
    assert.equal(await resource.up(changed), "update");
    assert.equal(resource.state.version, 2);
    assert.equal(await version(resource), 2);
  });

  it("is replaced when its name or project changes, and only then", async () => {
    const resource = pipeline();
    await resource.up(inputs(resource));
    const other = target.freshName("pipeline");
    assert.deepEqual(await resource.diff(inputs(resource, {}, { pipeline: { name: other } })), [
      "update spec.pipeline.name (replace)",
    ]);
    const moved = { pipeline: { name: resource.name, project: { name: "elsewhere" } } };
    const [change] = await resource.diff(inputs(resource, {}, moved));
    assert.match(change ?? "", /^\w+ spec\.pipeline\.project.* \(replace\)$/);
  });

  it("is not replaced while its name, project or entire spec is unknown", async () => {
    const resource = pipeline();
    await resource.up(inputs(resource));
    const unknowns: ValueMap[] = [
      inputs(resource, {}, { pipeline: UNKNOWN }),
      inputs(resource, {}, { pipeline: { name: UNKNOWN } }),
      inputs(resource, {}, { pipeline: { name: resource.name, project: { name: UNKNOWN } } }),
      // as the engine calls it if a bucket that the spec depends on is deleted first
      { ...inputs(resource), spec: UNKNOWN },
    ];
    for (const unknown of unknowns) {
      const changes = await resource.diff(unknown);
      assert.ok(changes.length > 0);
      assert.ok(!changes.some((change) => change.endsWith("(replace)")), changes.join());
    }
  });

  it("restarts with the same spec when a restart trigger changes, and processes nothing again", async () => {
    const resource = pipeline();
    const before = inputs(resource, { restartTriggers: { password: new Secret("a") } });
    await resource.up(before);
    const after = inputs(resource, { restartTriggers: { password: new Secret("b") } });
    assert.deepEqual(await resource.diff(after), ["update restartTriggers.password"]);
    assert.equal(await resource.up(after), "update");
    assert.equal(await version(resource), 2);
    assert.equal(await resource.up(after), "same");
  });

  it("treats a new trigger, a first `reprocess` and changed flags as no change", async () => {
    const resource = pipeline();
    await resource.up(inputs(resource));
    const more = {
      restartTriggers: { password: "a" },
      reprocess: "once",
      keepRepoOnDelete: false,
      awaitReady: false,
    };
    assert.deepEqual(await resource.diff(inputs(resource, more)), []);
    assert.equal(await resource.up(inputs(resource, more)), "same");
    assert.equal(await version(resource), 1);
  });

  it("fails if it already exists, also in a preview, and says how to import it", async () => {
    const first = pipeline();
    await first.up(inputs(first));
    // a separate preview, because it needs a separate transaction
    const plugin = await target.connect();
    const second = new ManagedResource(plugin, PIPELINE, first.name);
    const message =
      `pipeline default/${first.name} already exists. To adopt it, set the option \`import: ` +
      `"default/${first.name}"\` on the resource "${first.name}" for one \`pulumi up\``;
    await assert.rejects(second.preview(inputs(second)), { message });
    const notAllKnown = inputs(second, {}, { input: { pfs: { repo: UNKNOWN, glob: "/" } } });
    await assert.rejects(second.preview(notAllKnown), { message });
    await plugin.close();
    await assert.rejects(second.up(inputs(second)), { message });
    assert.equal(second.id, "");
    assert.equal(await version(first), 1);
  });

  describe("created by others", () => {
    /** The pipeline's spec as a program writes it. */
    const written = (name: string): ValueMap => ({
      pipeline: { name },
      input: { pfs: { repo: input, glob: "/", emptyFiles: true } },
      transform: {
        image: "alpine:3",
        cmd: ["/bin/sh"],
        stdin: ["true"],
        errCmd: ["false"],
        env: { snake_case: "1", camelCase: "2" },
      },
      datumTries: 2,
      datumTimeout: "90s",
      tolerations: [{ key: "gpu", operator: "EXISTS", tolerationSeconds: 60 }],
      metadata: { labels: { "a.b/c_d": "x" } },
    });

    const makers: [who: string, specOf: (name: string) => ValueMap][] = [
      [
        "pachctl, in snake_case",
        (name) => ({
          pipeline: { name },
          input: { pfs: { repo: input, glob: "/", empty_files: true } },
          transform: {
            image: "alpine:3",
            cmd: ["/bin/sh"],
            stdin: ["true"],
            err_cmd: ["false"],
            env: { snake_case: "1", camelCase: "2" },
          },
          datum_tries: 2,
          datum_timeout: "90s",
          tolerations: [{ key: "gpu", operator: "EXISTS", toleration_seconds: 60 }],
          metadata: { labels: { "a.b/c_d": "x" } },
        }),
      ],
      [
        "the Python SDK, which keeps the whole request",
        (name) => ({
          ...written(name),
          pipeline: { project: { name: "default" }, name },
          update: false,
          reprocess: false,
          dryRun: false,
          datumTries: "2",
          datumTimeout: "90.000s",
          tolerations: [{ key: "gpu", operator: 1, tolerationSeconds: "60" }],
        }),
      ],
    ];

    /** Imports the pipeline and expects the inputs of a program that was written for it. */
    async function adopt(name: string, expected: ValueMap): Promise<void> {
      const resource = pipeline(name);
      await resource.import(`default/${name}`);
      assert.deepEqual(resource.inputs, { spec: expected });
      assert.deepEqual(await resource.diff(resource.inputs), []);
      const program = { spec: written(name), restartTriggers: { password: "a" } };
      assert.deepEqual(await resource.diff(program), []);
      assert.equal(await resource.up(program), "same");
      assert.equal(await version(resource), 1);
    }

    for (const [who, specOf] of makers) {
      it(`is imported in camelCase without a restart: ${who}`, async () => {
        const name = target.freshName("pipeline");
        target.ownPipeline(name);
        await target.api.createPipeline(JSON.stringify(specOf(name)));
        const { pipeline: ref = null } = specOf(name);
        const expected = { ...written(name), pipeline: ref, datumTimeout: "90s" };
        if (who.startsWith("the Python")) expected.datumTimeout = "90.000s";
        await adopt(name, expected);
      });
    }

    it("is imported without a restart: a Pachyderm before 2.8, which stored no spec", async function () {
      skipIf(this, needsStandIn(target));
      const name = target.freshName("pipeline");
      target.ownPipeline(name);
      await target.api.createPipeline(JSON.stringify(written(name)));
      target.standIn?.forgetUserSpec(`default/${name}`);
      const resource = pipeline(name);
      await resource.import(`default/${name}`);
      const { transform } = resource.inputs.spec as ValueMap;
      assert.deepEqual(transform, written(name).transform);
      assert.deepEqual(await resource.diff(resource.inputs), []);
      assert.equal(await resource.up(resource.inputs), "same");
      assert.equal(await version(resource), 1);
    });
  });

  it("is imported unchanged if the program's spec differs, and changed by the next update", async () => {
    const name = target.freshName("pipeline");
    target.ownPipeline(name);
    const resource = pipeline(name);
    await target.api.createPipeline(JSON.stringify(inputs(resource).spec));
    const changed = inputs(resource, {}, { transform: { image: "alpine:4", cmd: ["true"] } });
    await resource.import(`default/${name}`);
    target.log.messages.length = 0;
    // the engine asks for the difference at once, and would update in the same run
    assert.deepEqual(await resource.diff(changed), []);
    const [note, ...others] = target.log.messages;
    assert.deepEqual(others, []);
    assert.match(String(note?.message), /is imported as it is; .*: spec\.transform/);
    assert.equal(await version(resource), 1);
    assert.ok((await resource.diff(changed)).includes("update spec.transform.image"));
  });

  it("shows drift in the field that was changed by hand, and nothing else", async () => {
    const resource = pipeline();
    const own = inputs(resource, { restartTriggers: { password: "a" } });
    await resource.up(own);
    await resource.refresh();
    assert.deepEqual(resource.inputs, own);
    const spec = own.spec as { transform: ValueMap };
    const changed = { ...spec, transform: { ...spec.transform, image: "alpine:5" } };
    await target.api.createPipeline(JSON.stringify(changed), { update: true });
    await resource.refresh();
    assert.deepEqual(resource.inputs, { ...own, spec: changed });
    assert.deepEqual(await resource.diff(own), ["update spec.transform.image"]);
    assert.equal(await resource.up(own), "update");
    assert.equal(await version(resource), 3);
  });

  it("is gone after a refresh when it was deleted by hand", async () => {
    const resource = pipeline();
    await resource.up(inputs(resource));
    await target.api.deletePipeline(
      { project: "default", name: resource.name },
      { keepRepo: false, force: false },
    );
    assert.equal(await resource.refresh(), false);
  });

  it("is created again by an update when it was deleted by hand", async () => {
    const resource = pipeline();
    await resource.up(inputs(resource));
    await target.api.deletePipeline(
      { project: "default", name: resource.name },
      { keepRepo: false, force: false },
    );
    await resource.up(inputs(resource, {}, { description: "again" }));
    assert.equal(await version(resource), 1);
  });

  it("stays in the state with an error when its workers cannot be created, and is repaired", async () => {
    const resource = pipeline();
    const bad = inputs(resource, {}, { podPatch: [{ op: "remove", path: "/nope" }] });
    await assert.rejects(resource.up(bad), (error: Error) => {
      assert.ok(error instanceof InitFailed);
      assert.match(error.message, /PIPELINE_FAILURE: .+/);
      return true;
    });
    assert.equal(resource.id, `default/${resource.name}`);
    await resource.refresh();
    assert.match(resource.initErrors.join(), /PIPELINE_FAILURE/);
    assert.equal(await resource.up(inputs(resource)), "update");
    assert.deepEqual(resource.initErrors, []);
    assert.equal(resource.state.state, "PIPELINE_RUNNING");
  });

  it("stays stopped through an update", async () => {
    const resource = pipeline();
    await resource.up(inputs(resource));
    await target.stopPipeline(resource.name);
    assert.equal(await resource.up(inputs(resource, {}, { description: "changed" })), "update");
    const live = await target.api.inspectPipeline({ project: "default", name: resource.name });
    assert.equal(live?.stopped, true);
    const [warning] = target.log.takeWarnings();
    assert.match(
      warning ?? "",
      /is stopped and stays stopped; to start it, run: pachctl start pipeline/,
    );
  });

  it("is refused before anything is sent if the spec is not valid", async () => {
    const resource = pipeline();
    const wrong = inputs(resource, {}, { input: { pfs: { repo: input } } });
    await assert.rejects(resource.up(wrong), { message: /^spec\.input\.pfs\.glob: / });
    const secret = { transform: { env: { PASSWORD: new Secret("hunter2") } } };
    await assert.rejects(resource.up(inputs(resource, {}, secret)), (error: Error) => {
      assert.match(error.message, /^spec\.transform\.env\.PASSWORD: .*transform\.secrets/);
      assert.doesNotMatch(error.message, /hunter2/);
      return true;
    });
    await assert.rejects(resource.up(inputs(resource, { forceDelte: true })), {
      message: "forceDelte: is not a valid argument; did you mean forceDelete?",
    });
    assert.equal(resource.id, "");
  });

  it("is deleted with its output repo, and deleting it again succeeds", async () => {
    const resource = pipeline();
    await resource.up(inputs(resource));
    const { id, inputs: kept, state } = resource;
    await resource.destroy();
    const ref = { project: "default", name: resource.name };
    assert.equal(await target.api.inspectPipeline(ref), undefined);
    assert.equal(await target.api.inspectRepo(ref), undefined);
    Object.assign(resource, { id, inputs: kept, state });
    await resource.destroy();
  });

  it("keeps its output repo on request", async () => {
    const resource = pipeline();
    // the provider has to accept flags that are secrets, too
    await resource.up(inputs(resource, { keepRepoOnDelete: new Secret(true) }));
    target.ownRepo(resource.name);
    await resource.destroy();
    const ref = { project: "default", name: resource.name };
    assert.equal(await target.api.inspectPipeline(ref), undefined);
    assert.ok(await target.api.inspectRepo(ref));
  });

  it("keeps running when another pipeline that reads it blocks its deletion, and the error names the reader", async () => {
    const resource = pipeline();
    await resource.up(inputs(resource));
    const reader = pipeline();
    await reader.up(
      inputs(reader, {}, { input: { pfs: { repo: resource.state.outputRepo ?? "", glob: "/" } } }),
    );
    await assert.rejects(resource.destroy(), {
      message: new RegExp(
        `is still read by default/${reader.name}: delete that pipeline first, or .*again$`,
      ),
    });
    const live = await target.api.inspectPipeline({ project: "default", name: resource.name });
    assert.equal(live?.stopped, false);
  });

  it("is deleted even if its output repo is gone, which Pachyderm alone refuses", async function () {
    skipIf(this, needsStandIn(target));
    for (const keepRepoOnDelete of [false, true]) {
      const resource = pipeline();
      await resource.up(inputs(resource, { keepRepoOnDelete }));
      const ref = { project: "default", name: resource.name };
      target.standIn?.loseRepo(`default/${resource.name}`);
      await assert.rejects(target.api.deletePipeline(ref, { keepRepo: false, force: true }), {
        message: /repo default\/\S+ not found/,
      });
      await resource.destroy();
      assert.equal(await target.api.inspectPipeline(ref), undefined);
      assert.equal(await target.api.inspectRepo(ref), undefined);
    }
  });

  it("is not touched on a different cluster", async () => {
    const resource = pipeline();
    await resource.up(inputs(resource));
    resource.state = { ...resource.state, clusterId: "another" };
    const message = /was created on a different Pachyderm cluster \(id another\)/;
    await assert.rejects(resource.refresh(), { message });
    await assert.rejects(resource.up(inputs(resource, {}, { description: "x" })), { message });
    await assert.rejects(resource.destroy(), { message });
    assert.equal(await version(resource), 1);
  });
});
