import assert from "node:assert/strict";
import type { ValueMap } from "../../../providers/kit/values";
import type { PachydermPlugin } from "../../../providers/pachyderm/plugin/plugin";
import { ManagedResource } from "../../support/managed-resource";
import { type PachydermTarget, skipIf, startTarget } from "../../support/pachyderm-target";

const PIPELINE = "pachyderm:index:Pipeline";
const REPO = "pachyderm:index:Repo";

/** What a token that lacks some permissions can do, and how the missing ones are reported. */
describe("pipelines and repos on Pachyderm with auth on, for a robot with few permissions", function () {
  this.timeout(process.env.PACHYDERM_ADDRESS ? 60_000 : 10_000);
  let target: PachydermTarget;
  let robot: string;
  let plugin: PachydermPlugin;
  let input: string;

  before(async function () {
    target = await startTarget({ auth: true });
    skipIf(this, target.unsuited);
  });
  after(() => target.close());
  beforeEach(async () => {
    robot = target.freshName("robot");
    target.ownRobot(robot);
    const token = await target.api.auth.makeRobotToken(robot, 600);
    plugin = await target.connect({ token });
    input = await target.makeRepo();
    target.log.takeWarnings();
  });
  afterEach(async () => {
    await plugin?.close();
    await target.cleanUp();
  });

  const at = (name: string) => ({ project: "default", name });
  const allow = (repo: string, role: string) =>
    target.api.auth.setRoles({ type: "REPO", name: `default/${repo}` }, `robot:${robot}`, [role]);

  async function madeByOthers(): Promise<ManagedResource> {
    const name = target.freshName("pipeline");
    target.ownPipeline(name);
    const resource = new ManagedResource(target.plugin, PIPELINE, name);
    await resource.up(specOf(name));
    return resource;
  }

  function specOf(name: string, more: ValueMap = {}): ValueMap {
    const transform = { image: "alpine:3", cmd: ["true"] };
    return {
      spec: {
        pipeline: { name },
        input: { pfs: { repo: input, glob: "/" } },
        transform,
        ...more,
      },
    };
  }

  /** The same resource of a stack that the robot's token runs. */
  function asRobot({ type, name, id, inputs, state }: ManagedResource): ManagedResource {
    return Object.assign(new ManagedResource(plugin, type, name), { id, inputs, state });
  }

  it("report the missing permission, and leave the state unchanged", async () => {
    const resource = asRobot(await madeByOthers());
    const before = structuredClone(resource.state);
    const changed = specOf(resource.name, { description: "mine" });
    await assert.rejects(resource.up(changed), {
      message: /^pipeline default\/\S+: robot:\S+ is not authorized .* \[?REPO_\w+/,
    });
    assert.deepEqual(resource.state, before);
    // with auth activated, every user can create repos in the project "default"
    const project = target.freshName("project");
    target.ownProject(project);
    await target.api.projects.create(project, "");
    await assert.rejects(
      new ManagedResource(plugin, REPO, "r").up({ name: target.freshName("r"), project }),
      { message: /^repo \S+: robot:\S+ is not authorized .*PROJECT_CREATE_REPO/ },
    );
  });

  it("can be previewed with one warning", async () => {
    const resource = asRobot(await madeByOthers());
    await resource.preview(specOf(resource.name, { description: "mine" }));
    await new ManagedResource(plugin, REPO, "r").preview({ name: target.freshName("r") });
    const warnings = target.log.takeWarnings();
    assert.equal(warnings.length, 1, warnings.join("\n"));
    assert.match(warnings[0] ?? "", /^not validated by Pachyderm: robot:\S+ is not authorized/);
  });

  it("keep running when the permission to delete them is missing, although Pachyderm stops them first", async () => {
    const resource = asRobot(await madeByOthers());
    await allow(resource.name, "repoWriter");
    await allow(input, "repoReader");
    await assert.rejects(resource.destroy(), {
      message:
        /^pipeline default\/\S+ was not deleted: robot:\S+ is not authorized .* It was started again$/,
    });
    assert.equal((await target.api.inspectPipeline(at(resource.name)))?.stopped, false);
  });

  it("stay stopped if they were stopped, and cannot be deleted", async () => {
    const resource = asRobot(await madeByOthers());
    await target.stopPipeline(resource.name);
    await assert.rejects(resource.destroy(), { message: /is not authorized .* returned 403\)$/ });
    assert.equal((await target.api.inspectPipeline(at(resource.name)))?.stopped, true);
  });

  it("are not treated as deleted when the permission is missing, although Pachyderm responds with 200", async () => {
    const resource = new ManagedResource(plugin, REPO, input);
    await resource.import(`default/${input}`);
    await assert.rejects(resource.destroy(), {
      message:
        `repo default/${input} was not deleted: the token does not have the permission ` +
        "REPO_DELETE, which the role repoOwner includes",
    });
    assert.ok(await target.api.inspectRepo(at(input)));
    assert.equal(resource.id, `default/${input}`);
  });
});
