import assert from "node:assert/strict";
import { TestServer } from "../../../../../support/pachyderm-server";

const ROOT = "root";

describe("the stand-in's GetPermissions", () => {
  const pachyderm = new TestServer();
  before(() => pachyderm.start({ rootToken: ROOT }));
  after(() => pachyderm.server.close());

  const asRoot = { headers: { "authn-token": ROOT } };
  const permissions = (type: string, name: string, headers = asRoot) =>
    pachyderm.send("auth_v2.API/GetPermissions", { resource: { type, name } }, headers);

  it("lists the permissions of all roles on the resource", async () => {
    const { token } = await pachyderm.call("auth_v2.API/GetRobotToken", { robot: "r" }, asRoot);
    const resource = { type: "PROJECT", name: "default" };
    const binding = { resource, principal: "robot:r", roles: ["projectViewer", "projectWriter"] };
    await pachyderm.call("auth_v2.API/ModifyRoleBinding", binding, asRoot);
    const asRobot = { headers: { "authn-token": token } };
    const { body } = await permissions("PROJECT", "default", asRobot);
    assert.deepEqual([...new Set(body.permissions)].sort(), [
      "PROJECT_CREATE_REPO",
      "PROJECT_LIST_REPO",
    ]);
  });

  it("refuses a resource that does not exist, even for an administrator", async () => {
    const { status, body } = await permissions("REPO", "default/nope");
    assert.equal(status, 500);
    assert.equal(body.message, "no role binding exists for REPO default/nope");
    assert.equal((await permissions("CLUSTER", "")).status, 200);
  });
});
