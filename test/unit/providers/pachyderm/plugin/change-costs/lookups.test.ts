import assert from "node:assert/strict";
import { parseAddress } from "../../../../../../providers/pachyderm/plugin/api/address";
import { Api } from "../../../../../../providers/pachyderm/plugin/api/api";
import { Client } from "../../../../../../providers/pachyderm/plugin/api/client";
import {
  isFound,
  type Lookup,
  LookupLimits,
} from "../../../../../../providers/pachyderm/plugin/change-costs/lookup-limits";
import { Lookups } from "../../../../../../providers/pachyderm/plugin/change-costs/lookups";
import { reading, TestServer } from "../../../../../support/pachyderm-server";

const at = (name: string, project = "default") => ({ project, name });

function found<T>(lookup: Lookup<T>): T {
  if (isFound(lookup)) return lookup.found;
  return assert.fail(lookup.unknown);
}

describe("lookups on the server", () => {
  const target = new TestServer();
  let client: Client;
  let lookups: Lookups;

  beforeEach(async () => {
    await target.start({ recordRequests: true });
    client = new Client({ address: parseAddress(target.server.address) });
    lookups = new Lookups(() => new Api(client));
    await target.createRepo("data");
    await target.createPipeline(reading("a", "data"));
    target.server.requests.length = 0;
  });
  afterEach(async () => {
    client.close();
    await target.server.close();
  });

  const sent = () => target.server.requests.map(({ rpc }) => rpc.split("/").at(-1));

  it("list all pipelines once, whichever of them is requested", async () => {
    assert.equal(found(await lookups.pipeline(at("a")))?.pipeline.name, "a");
    assert.equal(found(await lookups.pipeline(at("a", "other"))), undefined);
    assert.equal(found(await lookups.pipelines()).length, 1);
    assert.deepEqual(sent(), ["ListPipeline"]);
  });

  it("list a pipeline's jobs once, and find none if it does not exist", async () => {
    assert.equal(found(await lookups.jobs(at("a"))).length, 1);
    assert.equal(found(await lookups.jobs(at("a")))[0]?.job.pipeline.name, "a");
    assert.deepEqual(found(await lookups.jobs(at("nope"))), []);
    assert.deepEqual(sent(), ["ListJob", "ListJob"]);
  });

  it("list the jobs of all pipelines together if there are too many for separate lists", async () => {
    for (let n = 0; n < 40; n++) await lookups.jobs(at(`p${n}`));
    const own = found(await lookups.jobs(at("a")));
    assert.equal(own.length, 1);
    assert.equal(sent().length, 25);
    const last = target.server.requests.at(-1)?.body as { number: string; pipeline?: unknown };
    assert.deepEqual([last.pipeline, last.number], [undefined, "3000"]);
  });

  it("find the sizes of repos, and a branch with its subvenance", async () => {
    assert.equal(found(await lookups.repo(at("data")))?.details?.sizeBytes, "0");
    assert.equal(found(await lookups.repo(at("nope"))), undefined);
    const branch = found(await lookups.branch(at("data"), "master"));
    const below = branch?.subvenance?.map(({ repo }) => `${repo.type} ${repo.name}`);
    assert.ok(below?.includes("user a"), String(below));
  });

  it("return a reason if the server fails, and never throw", async () => {
    target.server.failNext({ rpc: "ListJob", mode: { status: 500, code: 2, message: "boom" } });
    const lookup = await lookups.jobs(at("a"));
    assert.match(
      "unknown" in lookup ? lookup.unknown : "",
      /^boom \(pps_v2\.API\/ListJob returned 500\)$/,
    );
  });

  it("respect their limits together", async () => {
    lookups = new Lookups(() => new Api(client), new LookupLimits({ maxCalls: 4 }));
    for (let n = 0; n < 10; n++) await lookups.repo(at(`r${n}`));
    assert.ok(isFound(await lookups.pipelines()));
    assert.equal(sent().length, 3);
  });
});
