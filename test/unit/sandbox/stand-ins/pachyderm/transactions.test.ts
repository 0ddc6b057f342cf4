import assert from "node:assert/strict";
import { reading, TestServer } from "../../../../support/pachyderm-server";

describe("transactions of the sandbox's Pachyderm", () => {
  const pachyderm = new TestServer();
  let id: string;
  let headers: { "pach-transaction": string };
  beforeEach(async () => {
    await pachyderm.start();
    id = (await pachyderm.call("transaction_v2.API/StartTransaction", {})).id;
    headers = { "pach-transaction": id };
  });
  afterEach(() => pachyderm.server.close());

  const inTransaction = (spec: object, update = false) =>
    pachyderm.sendPipeline(spec, update, { headers });
  const finish = () =>
    pachyderm.send("transaction_v2.API/FinishTransaction", { transaction: { id } });
  const repos = async (): Promise<string[]> =>
    (await pachyderm.call("pfs_v2.API/ListRepo", { type: "user" })).map(
      ({ result }: { result: { repo: { name: string } } }) => result.repo.name,
    );

  it("apply everything at once when they are finished", async () => {
    await pachyderm.createRepo("in", { headers });
    assert.equal((await inTransaction(reading("p", "in"))).status, 200);
    assert.deepEqual(await repos(), []);
    assert.equal((await finish()).status, 200);
    assert.deepEqual((await repos()).sort(), ["in", "p"]);
    assert.equal((await pachyderm.inspectPipeline("p")).specCommit.id, id);
    assert.equal((await finish()).status, 404);
  });

  it("apply nothing when one of their requests is refused at that time", async () => {
    await pachyderm.createRepo("first", { headers });
    await pachyderm.createRepo("in", { headers });
    await pachyderm.createRepo("in");
    const refused = await finish();
    assert.equal(refused.status, 409);
    assert.equal(
      refused.body.message,
      "error running request 2 of 2: repo default/in already exists",
    );
    assert.deepEqual(await repos(), ["in"]);
  });

  it("do not keep a refused request", async () => {
    await pachyderm.createRepo("in", { headers });
    assert.equal((await inTransaction(reading("p", "absent"))).status, 404);
    const { requests } = await pachyderm.call("transaction_v2.API/InspectTransaction", {
      transaction: { id },
    });
    assert.equal(requests.length, 1);
  });

  it("refuse a cycle only at their end, so the error has no request number", async () => {
    await pachyderm.createRepo("in");
    await pachyderm.createPipeline(reading("a", "in"));
    await pachyderm.createPipeline(reading("b", "a"));
    const refused = await inTransaction(reading("a", "b"), true);
    assert.equal(refused.body.code, 13);
    assert.match(refused.body.message, /^validate DAG at end of transaction: cycle detected/);
  });

  it("do not delay the deletion of a pipeline, which takes effect immediately", async () => {
    await pachyderm.createRepo("in");
    await pachyderm.createPipeline(reading("p", "in"));
    await pachyderm.call("pps_v2.API/DeletePipeline", { pipeline: { name: "p" } }, { headers });
    await pachyderm.call("transaction_v2.API/DeleteTransaction", { transaction: { id } });
    assert.deepEqual(await repos(), ["in"]);
  });
});
