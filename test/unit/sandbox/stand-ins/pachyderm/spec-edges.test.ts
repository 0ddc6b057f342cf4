import assert from "node:assert/strict";
import { type Pachyderm, startPachyderm } from "../../../../../sandbox/stand-ins/pachyderm/server";
import { callPachyderm } from "../../../../support/pachyderm-calls";
import { reading } from "../../../../support/pachyderm-server";

/** Behaviour of jobs and edge cases of real servers that the replayed recordings do not contain. */
describe("a pipeline of the sandbox's Pachyderm, as a real one", () => {
  let server: Pachyderm;
  before(async () => {
    server = await startPachyderm();
    await call("pfs_v2.API/CreateRepo", { repo: { name: "in", type: "user" } });
  });
  after(() => server.close());

  const call = (rpc: string, message: object) => callPachyderm(server.address, rpc, message);
  const create = (spec: object, update = false) =>
    call("pps_v2.API/CreatePipelineV2", {
      createPipelineRequestJson: JSON.stringify(spec),
      update,
    });
  const message = async (answer: ReturnType<typeof call>) => {
    const { status, body } = await answer;
    assert.equal(status, 500);
    return (body as { message: string }).message;
  };

  it("cannot get a different output branch", async () => {
    await create(reading("upper", "in"));
    const other = { ...reading("upper", "in"), outputBranch: "other" };
    const refused = (repo: string) =>
      `validate DAG at end of transaction: multiple branches from the same repo, "${repo}", cannot participate in a DAG`;
    assert.equal(await message(create(other, true)), refused("default/upper"));
    assert.equal((await create(reading("reader", "upper"))).status, 200);
    assert.equal(await message(create(other, true)), refused("default/upper.meta"));
  });

  it("cannot be created on the repo that a deleted one kept, not even by an update", async () => {
    await create(reading("kept", "in"));
    await call("pps_v2.API/DeletePipeline", { pipeline: { name: "kept" }, keepRepo: true });
    const words =
      'pipeline "kept" cannot be created because a repo with the same name already exists';
    assert.equal(await message(create(reading("kept", "in"))), words);
    assert.equal(await message(create(reading("kept", "in"), true)), words);
    await call("pfs_v2.API/DeleteRepo", { repo: { name: "kept", type: "user" } });
    assert.equal((await create(reading("kept", "in"))).status, 200);
  });

  it("keeps variables with names that are special in JavaScript", async () => {
    const env = '{"constructor":"a","toString":"b","__proto__":"c"}';
    const spec = JSON.stringify(reading("proto", "in")).replace('"cmd"', `"env":${env},"cmd"`);
    const answer = await call("pps_v2.API/CreatePipelineV2", { createPipelineRequestJson: spec });
    assert.equal(answer.status, 200, answer.text);
    const live = await call("pps_v2.API/InspectPipeline", {
      pipeline: { name: "proto" },
      details: true,
    });
    assert.match(live.text, /"env":\{"constructor":"a","toString":"b","__proto__":"c"\}/);
  });
});
