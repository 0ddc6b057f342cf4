import assert from "node:assert/strict";
import { InitFailed } from "../../../providers/kit/handler";
import { Secret, UNKNOWN, type Value, type ValueMap } from "../../../providers/kit/values";
import { unknownRoles } from "../../../providers/pachyderm/plugin/role-binding/check";
import { startPachyderm } from "../../../sandbox/stand-ins/pachyderm/server";
import { ManagedResource } from "../../support/managed-resource";
import {
  needsStandIn,
  type PachydermTarget,
  skipIf,
  startTarget,
} from "../../support/pachyderm-target";

const BINDING = "pachyderm:index:RoleBinding";
const AUTH_OFF =
  /^role binding of robot:\S+ on \S.*: auth is not activated .*, or set ignoreWhenAuth/;

describe("a role binding on Pachyderm with auth on", function () {
  this.timeout(process.env.PACHYDERM_ADDRESS ? 60_000 : 10_000);
  let target: PachydermTarget;
  let repo: string;
  let robot: string;

  before(async function () {
    target = await startTarget({ auth: true, patienceMs: 500 });
    skipIf(this, target.unsuited);
  });
  after(() => target.close());
  beforeEach(async () => {
    repo = await target.makeRepo();
    robot = target.freshName("robot");
    target.ownRobot(robot);
  });
  afterEach(() => target.cleanUp());

  const binding = () => new ManagedResource(target.plugin, BINDING, "binding");

  const inputs = (roles: Value[] = ["repoReader"], more: ValueMap = {}): ValueMap => ({
    principal: `robot:${robot}`,
    roles,
    resourceType: "repo",
    repo,
    ...more,
  });

  const onRepo = () => ({ type: "REPO", name: `default/${repo}` }) as const;
  const liveRoles = (principal = `robot:${robot}`) => target.api.auth.roles(onRepo(), principal);
  const giveRoles = (...roles: string[]) =>
    target.api.auth.setRoles(onRepo(), `robot:${robot}`, roles);

  it("grants the roles, and a second up changes nothing", async () => {
    const resource = binding();
    assert.equal(await resource.up(inputs(["repoWriter", "repoReader"])), "create");
    assert.equal(resource.id, `repo/default/${repo}/robot:${robot}`);
    assert.equal(resource.state.active, true);
    assert.equal(resource.state.project, "default");
    assert.deepEqual(await liveRoles(), ["repoReader", "repoWriter"]);
    assert.equal(await resource.up(inputs(["repoReader", "repoWriter"])), "same");
  });

  it("grants roles on a project and on the cluster, too", async () => {
    const project = target.freshName("project");
    target.ownProject(project);
    await target.api.projects.create(project, "");
    const principal = `robot:${robot}`;
    const cases = [
      [{ resourceType: "project", project }, "projectViewer", `project/${project}/${principal}`],
      [{ resourceType: "cluster" }, "projectCreator", `cluster/${principal}`],
    ] as const;
    for (const [where, role, id] of cases) {
      const resource = binding();
      const wanted = { principal, roles: [role], ...where };
      await resource.up(wanted);
      assert.equal(resource.id, id);
      const imported = binding();
      await imported.import(id);
      assert.deepEqual(imported.inputs, wanted);
      assert.equal(await imported.up(wanted), "same");
      await resource.destroy();
      await assert.rejects(binding().import(id), /does not exist/);
    }
  });

  it("is not created by a preview", async () => {
    const state = await binding().preview(inputs());
    assert.equal(state.active, UNKNOWN);
    await binding().preview(inputs([UNKNOWN], { repo: UNKNOWN, principal: UNKNOWN }));
    assert.deepEqual(await liveRoles(), []);
  });

  it("changes its roles in place, and keeps those of other principals", async () => {
    const owner = "robot:somebody-else";
    await target.api.auth.setRoles(onRepo(), owner, ["repoOwner"]);
    const resource = binding();
    await resource.up(inputs(["repoReader"]));
    assert.deepEqual(await resource.diff(inputs(["repoWriter"])), ["update roles[0]"]);
    assert.equal(await resource.up(inputs(["repoWriter"])), "update");
    assert.deepEqual(await liveRoles(), ["repoWriter"]);
    await resource.destroy();
    assert.deepEqual(await liveRoles(), []);
    assert.deepEqual(await liveRoles(owner), ["repoOwner"]);
  });

  it("is replaced when the resource or principal changes, but not when a flag changes", async () => {
    const resource = binding();
    await resource.up(inputs());
    const diff = (more: ValueMap) => resource.diff(inputs(["repoReader"], more));
    assert.deepEqual(await diff({ repo: "other" }), ["update repo (replace)"]);
    assert.deepEqual(await diff({ project: "other" }), ["update project (replace)"]);
    assert.deepEqual(await diff({ principal: "user:jane" }), ["update principal (replace)"]);
    assert.deepEqual(await diff({ repo: UNKNOWN }), ["update repo (replace)"]);
    assert.deepEqual(await diff({ project: "default", ignoreWhenAuthDisabled: true }), []);
    const onProject = { ...inputs(), resourceType: "project", repo: null };
    assert.deepEqual(await resource.diff(onProject), [
      "update resourceType (replace)",
      "delete repo (replace)",
    ]);
  });

  it("fails if the principal already has roles, also in a preview, and says how to import it", async () => {
    await giveRoles("repoWriter");
    const id = `repo/default/${repo}/robot:${robot}`;
    const message =
      `robot:${robot} already has roles on repo default/${repo} (repoWriter). To adopt it, ` +
      `set the option \`import: "${id}"\` on the resource "binding" for one \`pulumi up\``;
    await assert.rejects(binding().preview(inputs()), { message });
    await assert.rejects(binding().up(inputs()), { message });
    assert.deepEqual(await liveRoles(), ["repoWriter"]);

    const resource = binding();
    await resource.import(id);
    assert.deepEqual(resource.inputs, inputs(["repoWriter"], { project: "default" }));
    assert.equal(await resource.up(inputs(["repoWriter"])), "same");
    assert.equal(await resource.up(inputs(["repoReader"])), "update");
    assert.deepEqual(await liveRoles(), ["repoReader"]);
  });

  it("imports a principal with slashes, and refuses invalid ids", async () => {
    const principal = "pipeline:default/some-reader";
    await target.api.auth.setRoles(onRepo(), principal, ["repoReader"]);
    const resource = binding();
    await resource.import(`repo/default/${repo}/${principal}`);
    assert.equal(resource.inputs.principal, principal);
    for (const id of ["robot:x", "repo/default/robot:x", "cluster/", "branch/a/robot:x"]) {
      await assert.rejects(binding().import(id), /is not a valid role binding id: use repo\//);
    }
  });

  it("shows roles that were changed by hand, and nothing if only their order differs", async () => {
    const resource = binding();
    const wanted = inputs(["repoWriter", "repoReader"]);
    await resource.up(wanted);
    await resource.refresh();
    assert.deepEqual(resource.inputs, wanted);
    await giveRoles("repoWriter", "repoOwner");
    await resource.refresh();
    assert.deepEqual(resource.inputs, inputs(["repoWriter", "repoOwner"]));
    assert.equal(await resource.up(wanted), "update");
    assert.deepEqual(await liveRoles(), ["repoReader", "repoWriter"]);
  });

  it("is gone after a refresh when the roles were revoked by hand; deleting it again succeeds", async () => {
    const resource = binding();
    await resource.up(inputs());
    const { id, inputs: kept, state } = resource;
    await giveRoles();
    assert.equal(await resource.refresh(), false);
    Object.assign(resource, { id, inputs: kept, state });
    await resource.destroy();
    Object.assign(resource, { id, inputs: kept, state });
    await target.api.deleteRepo({ project: "default", name: repo }, { force: true });
    await resource.destroy();
  });

  it("names the resource or role that does not exist", async () => {
    const missing = target.freshName("missing");
    await assert.rejects(binding().up(inputs(["repoReader"], { repo: missing })), {
      message: `role binding of robot:${robot} on repo default/${missing}: repo default/${missing} does not exist`,
    });
    target.log.takeWarnings();
    await assert.rejects(binding().up(inputs(["repoReder"])), {
      message: new RegExp(`^role binding of robot:${robot} on repo .*: unknown role "repoReder"`),
    });
    assert.deepEqual(target.log.takeWarnings(), [
      'roles[0]: Pachyderm 2.12 does not have the role "repoReder"; did you mean repoReader?',
    ]);
  });

  it("passes on the server's error about missing permissions", async () => {
    const token = await target.api.auth.makeRobotToken(robot, 600);
    const outsider = await target.connect({ token });
    try {
      const resource = new ManagedResource(outsider, BINDING, "binding");
      await assert.rejects(resource.up(inputs()), {
        message: /^role binding of .*: robot:\S+ is not authorized .* \[REPO_MODIFY_BINDINGS\]/,
      });
      assert.equal(resource.id, "");
    } finally {
      await outsider.close();
    }
  });

  it("is created when the response is lost, and stays in the state when the outcome is unknown", async function () {
    skipIf(this, needsStandIn(target));
    const resource = binding();
    target.standIn?.failNext({ rpc: "ModifyRoleBinding", mode: "close-after" });
    assert.equal(await resource.up(inputs()), "create");
    await resource.destroy();
    target.standIn?.failNext({ rpc: "ModifyRoleBinding", times: 1000, mode: "close-before" });
    target.standIn?.failNext({
      rpc: "GetRoleBinding",
      after: 1,
      times: 1000,
      mode: "close-before",
    });
    await assert.rejects(resource.up(inputs()), InitFailed);
    target.standIn?.clearFaults();
    assert.equal(resource.id, `repo/default/${repo}/robot:${robot}`);
    assert.equal(await resource.up(inputs()), "update");
    assert.deepEqual(await liveRoles(), ["repoReader"]);
  });

  it("is not touched on a different cluster", async () => {
    const resource = binding();
    await resource.up(inputs());
    resource.state.clusterId = "another";
    await assert.rejects(resource.refresh(), /was created on a different Pachyderm cluster/);
    await assert.rejects(resource.up(inputs(["repoWriter"])), /on a different Pachyderm cluster/);
    await assert.rejects(resource.destroy(), /was created on a different Pachyderm cluster/);
    assert.deepEqual(await liveRoles(), ["repoReader"]);
  });

  it("is refused with bad arguments before anything is sent", async () => {
    const refused: [ValueMap, string | RegExp][] = [
      [inputs([]), /^roles: must not be empty; to revoke all roles/],
      [inputs([""]), "roles[0]: must not be empty"],
      [
        inputs(["repoReader"], { principal: "seldon" }),
        /^principal: expected one of user:NAME, .* and allClusterUsers, found "seldon"$/,
      ],
      [
        inputs(["repoReader"], { principal: "bot:x" }),
        /^principal: expected one of .*, found "bot:x"$/,
      ],
      [inputs(["repoReader"], { repo: null }), "repo: is required"],
      [inputs(["repoReader"], { repo: "a/b" }), /^repo: must consist of/],
      [
        inputs(["repoReader"], { resourceType: "branch" }),
        /^resourceType: expected one of repo, project and cluster, found "branch"$/,
      ],
      [
        inputs(["repoReader"], { resourceType: "project" }),
        'repo: must be left out with resourceType "project"',
      ],
      [
        inputs(["repoReader"], { resourceType: "cluster", repo: null, project: "default" }),
        'project: must be left out with resourceType "cluster"',
      ],
      [
        { principal: "pach:root", roles: ["clusterAdmin"], resourceType: "cluster" },
        /^principal: Pachyderm does not allow changes to the roles of pach:/,
      ],
    ];
    for (const [bad, message] of refused) await assert.rejects(binding().check(bad), { message });
    await binding().check(inputs(["repoReader"], { principal: "allClusterUsers" }));
  });

  it("shows no argument that is marked as a secret", async () => {
    const canary = new Secret("ca/nary");
    const refused: [ValueMap, string][] = [
      [
        inputs(["repoReader"], { principal: canary }),
        "principal: expected one of user:NAME, robot:NAME, group:NAME, pipeline:NAME, pach:NAME and allClusterUsers",
      ],
      [
        inputs(["repoReader"], { resourceType: canary }),
        "resourceType: expected one of repo, project and cluster",
      ],
      [
        inputs(["repoReader"], { resourceType: new Secret("project") }),
        "repo: must be left out with this resourceType",
      ],
      [inputs(["repoReader"], { repo: canary }), "repo: must consist of letters, digits, _ and -"],
    ];
    for (const [bad, message] of refused) await assert.rejects(binding().check(bad), { message });
    const marked = [new Secret(["canary"]), [new Secret("canary")]];
    for (const roles of marked) {
      assert.deepEqual(unknownRoles({ roles }), [
        "roles[0]: Pachyderm 2.12 does not have this role",
      ]);
    }
  });
});

describe("a role binding on Pachyderm with auth off", function () {
  this.timeout(process.env.PACHYDERM_ADDRESS ? 60_000 : 10_000);
  let target: PachydermTarget;

  before(async function () {
    target = await startTarget({ auth: false });
    skipIf(this, target.unsuited);
  });
  after(() => target.close());
  afterEach(() => target.cleanUp());

  const inputs = (more: ValueMap = {}): ValueMap => ({
    principal: "robot:seldon",
    roles: ["repoReader"],
    resourceType: "repo",
    repo: "images",
    ...more,
  });
  const binding = () => new ManagedResource(target.plugin, BINDING, "binding");

  it("fails and says so, also in a preview", async () => {
    await assert.rejects(binding().preview(inputs()), { message: AUTH_OFF });
    await assert.rejects(binding().preview(inputs({ repo: UNKNOWN })), {
      message: /^role binding: auth is not activated/,
    });
    await assert.rejects(binding().up(inputs()), { message: AUTH_OFF });
    await assert.rejects(binding().import("repo/default/images/robot:seldon"), {
      message: AUTH_OFF,
    });
  });

  it("binds nothing with ignoreWhenAuthDisabled, and has the usual lifecycle", async () => {
    const resource = binding();
    const ignored = inputs({ ignoreWhenAuthDisabled: true });
    await resource.preview(ignored);
    assert.equal(await resource.up(ignored), "create");
    assert.equal(resource.id, "repo/default/images/robot:seldon");
    assert.equal(resource.state.active, false);
    assert.equal(await resource.refresh(), true);
    assert.equal(await resource.up(ignored), "same");
    assert.equal(await resource.up({ ...ignored, roles: ["repoWriter"] }), "update");
    assert.equal(resource.state.active, false);
    await resource.destroy();
  });

  it("fails as soon as ignoreWhenAuthDisabled is removed", async () => {
    const resource = binding();
    await resource.up(inputs({ ignoreWhenAuthDisabled: true }));
    await resource.preview(inputs({ ignoreWhenAuthDisabled: UNKNOWN }));
    assert.deepEqual(await resource.diff(inputs()), ["update active"]);
    await assert.rejects(resource.preview(inputs()), { message: AUTH_OFF });
    await assert.rejects(resource.up(inputs()), { message: AUTH_OFF });
    assert.equal(resource.state.active, false);
  });
});

describe("a role binding that was ignored while auth was off", () => {
  const inputs = {
    principal: "robot:seldon",
    resourceType: "project",
    ignoreWhenAuthDisabled: true,
  };
  const reader: ValueMap = { ...inputs, roles: ["projectViewer"] };
  const onDefault = { type: "PROJECT", name: "default" } as const;
  let target: PachydermTarget;
  let resource: ManagedResource;

  before(async function () {
    target = await startTarget({ auth: true });
    skipIf(this, target.unsuited ?? needsStandIn(target));
  });
  after(() => target.close());
  beforeEach(async () => {
    resource = new ManagedResource(target.plugin, BINDING, "binding");
    Object.assign(resource, {
      id: "project/default/robot:seldon",
      inputs: reader,
      state: { ...reader, project: "default", active: false },
    });
  });
  afterEach(() => target.api.auth.setRoles(onDefault, "robot:seldon", []));

  it("is bound by the next update once auth is on, which the preview announces", async () => {
    assert.equal(await resource.refresh(), true);
    assert.deepEqual(await resource.diff(reader), ["update active"]);
    await resource.preview(reader);
    assert.deepEqual(await target.api.auth.roles(onDefault, "robot:seldon"), []);
    assert.equal(await resource.up(reader), "update");
    assert.equal(resource.state.active, true);
    assert.deepEqual(await target.api.auth.roles(onDefault, "robot:seldon"), ["projectViewer"]);
    assert.equal(await resource.up(reader), "same");
  });

  it("does not adopt roles that were granted by hand in the meantime", async () => {
    await target.api.auth.setRoles(onDefault, "robot:seldon", ["projectOwner"]);
    await assert.rejects(resource.up(reader), {
      message:
        /^robot:seldon already has roles on project default \(projectOwner\), which this stack/,
    });
    await resource.destroy();
    assert.deepEqual(await target.api.auth.roles(onDefault, "robot:seldon"), ["projectOwner"]);
  });

  it("can be deleted after auth is switched off again", async () => {
    const server = await startPachyderm();
    const plugin = await target.connect({ address: server.address });
    try {
      const bound = new ManagedResource(plugin, BINDING, "binding");
      const state = { ...reader, project: "default", active: true };
      Object.assign(bound, { id: "project/default/robot:seldon", inputs: reader, state });
      assert.equal(await bound.refresh(), true);
      assert.equal(bound.state.active, false);
      Object.assign(bound, { state });
      await bound.destroy();
    } finally {
      await plugin.close();
      await server.close();
    }
  });
});
