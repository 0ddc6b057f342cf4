import assert from "node:assert/strict";
import { parseAddress } from "../../../../../../providers/pachyderm/plugin/api/address";
import { Api } from "../../../../../../providers/pachyderm/plugin/api/api";
import { Client } from "../../../../../../providers/pachyderm/plugin/api/client";
import {
  isFound,
  type Look,
  LookLimits,
} from "../../../../../../providers/pachyderm/plugin/change-costs/look-limits";
import { Looks } from "../../../../../../providers/pachyderm/plugin/change-costs/looks";
import { reading, TestServer } from "../../../../../support/pachyderm-server";

const at = (name: string, project = "default") => ({ project, name });

function found<T>(look: Look<T>): T {
  if (isFound(look)) return look.found;
  return assert.fail(look.unknown);
}

describe("lookups on the server", () => {
  const target = new TestServer();
  let client: Client;
  let looks: Looks;

  beforeEach(async () => {
    await target.start({ recordRequests: true });
    client = new Client({ address: parseAddress(target.server.address) });
    looks = new Looks(() => new Api(client));
    await target.createRepo("data");
    await target.createPipeline(reading("a", "data"));
    target.server.requests.length = 0;
  });
  afterEach(async () => {
    client.close();
    await target.server.close();
  });

  const sent = () => target.server.requests.map(({ rpc }) => rpc.split("/").at(-1));

  it("list all pipelines once, whichever is needed", async () => {
    assert.equal(found(await looks.pipeline(at("a")))?.pipeline.name, "a");
    assert.equal(found(await looks.pipeline(at("a", "other"))), undefined);
    assert.equal(found(await looks.pipelines()).length, 1);
    assert.deepEqual(sent(), ["ListPipeline"]);
  });

  it("list a pipeline's jobs once, and find none if it does not exist", async () => {
    assert.equal(found(await looks.jobs(at("a"))).length, 1);
    assert.equal(found(await looks.jobs(at("a")))[0]?.job.pipeline.name, "a");
    assert.deepEqual(found(await looks.jobs(at("nope"))), []);
    assert.deepEqual(sent(), ["ListJob", "ListJob"]);
  });

  it("list the jobs of all pipelines if there are too many for a list each", async () => {
    for (let n = 0; n < 40; n++) await looks.jobs(at(`p${n}`));
    const own = found(await looks.jobs(at("a")));
    assert.equal(own.length, 1);
    assert.equal(sent().length, 25);
    const last = target.server.requests.at(-1)?.body as { number: string; pipeline?: unknown };
    assert.deepEqual([last.pipeline, last.number], [undefined, "3000"]);
  });

  it("find the sizes of repos, and a branch with its subvenance", async () => {
    assert.equal(found(await looks.repo(at("data")))?.details?.sizeBytes, "0");
    assert.equal(found(await looks.repo(at("nope"))), undefined);
    const branch = found(await looks.branch(at("data"), "master"));
    const below = branch?.subvenance?.map(({ repo }) => `${repo.type} ${repo.name}`);
    assert.ok(below?.includes("user a"), String(below));
  });

  it("return a reason if the server fails, and never throw", async () => {
    target.server.failNext({ rpc: "ListJob", mode: { status: 500, code: 2, message: "boom" } });
    const look = await looks.jobs(at("a"));
    assert.match(
      "unknown" in look ? look.unknown : "",
      /^boom \(pps_v2\.API\/ListJob answered 500\)$/,
    );
  });

  it("respect their limits together", async () => {
    looks = new Looks(() => new Api(client), new LookLimits({ maxCalls: 4 }));
    for (let n = 0; n < 10; n++) await looks.repo(at(`r${n}`));
    assert.ok(isFound(await looks.pipelines()));
    assert.equal(sent().length, 3);
  });
});
