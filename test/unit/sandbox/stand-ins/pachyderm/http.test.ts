import assert from "node:assert/strict";
import { callPath } from "../../../../support/pachyderm-calls";
import { TestServer } from "../../../../support/pachyderm-server";

describe("the HTTP gateway of the sandbox's Pachyderm", () => {
  const pachyderm = new TestServer();
  afterEach(() => pachyderm.server.close());

  it("resets the stream of a request with the header connection, unless that is turned off", async () => {
    await pachyderm.start();
    const refused = await pachyderm.send(
      "versionpb_v2.API/GetVersion",
      {},
      { connectionHeader: true },
    );
    assert.equal(refused.status, 500);
    assert.equal(refused.body.code, 13);
    assert.match(refused.body.message, /RST_STREAM with error code: PROTOCOL_ERROR/);
    const byFetch = await fetch(`${pachyderm.server.address}/api/versionpb_v2.API/GetVersion`, {
      method: "POST",
    });
    assert.equal(byFetch.status, 500);
    await pachyderm.server.close();

    await pachyderm.start({ refuseConnectionHeader: false });
    await pachyderm.call("versionpb_v2.API/GetVersion", {}, { connectionHeader: true });
  });

  it("responds as Pachyderm's mux does to what is not an API call", async () => {
    await pachyderm.start();
    const { address } = pachyderm.server;
    const get = await callPath(address, "/api/versionpb_v2.API/GetVersion", "", { method: "GET" });
    assert.deepEqual(
      [get.status, get.body.code, get.body.message],
      [501, 12, "Method Not Allowed"],
    );
    const elsewhere = await callPath(address, "/pps_v2.API/InspectPipeline", "{}");
    assert.deepEqual([elsewhere.status, elsewhere.text], [404, "404 page not found\n"]);
    assert.equal((await callPath(address, "/healthz", "", { method: "GET" })).text, "healthy\n");
  });

  it("has no gateway before 2.8", async () => {
    await pachyderm.start({ version: "2.7.2" });
    const answer = await pachyderm.send("versionpb_v2.API/GetVersion", {});
    assert.equal(answer.status, 404);
    assert.equal(answer.body, undefined);
  });

  it("reads snake_case, drops unknown fields of the request, and checks types", async () => {
    await pachyderm.start();
    await pachyderm.createRepo("in");
    const spec = { pipeline: { name: "p" }, input: { pfs: { repo: "in", glob: "/" } } };
    const message = { create_pipeline_request_json: JSON.stringify(spec), dryrun: true };
    await pachyderm.call("pps_v2.API/CreatePipelineV2", message);
    assert.equal(await pachyderm.stateOf("p"), "PIPELINE_STARTING");
    const refused = await pachyderm.send("pps_v2.API/CreatePipelineV2", {
      ...message,
      update: "yes",
    });
    assert.equal(refused.status, 400);
    assert.match(refused.body.message, /invalid value for bool type: "yes"/);
  });

  it("repeats its 401 message in the header WWW-Authenticate, and refuses an expired token", async () => {
    await pachyderm.start({ rootToken: "root" });
    const none = await pachyderm.send("pfs_v2.API/ListRepo", {});
    assert.equal(none.status, 401);
    assert.equal(none.headers["www-authenticate"], none.body.error.message);
    const { token } = await pachyderm.call(
      "auth_v2.API/GetRobotToken",
      { robot: "ci", ttl: 60 },
      { headers: { "authn-token": "root" } },
    );
    const asRobot = { headers: { "authn-token": token } };
    await pachyderm.call("pfs_v2.API/ListRepo", {}, asRobot);
    pachyderm.wait(60_000);
    const expired = await pachyderm.send("pfs_v2.API/ListRepo", {}, asRobot);
    assert.equal(expired.status, 500);
    assert.equal(expired.body.error.message, "token expiration is in the past");
  });
});
