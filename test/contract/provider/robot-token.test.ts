import assert from "node:assert/strict";
import { inspect } from "node:util";
import { InitFailed } from "../../../providers/kit/handler";
import { Secret, UNKNOWN, type Value, type ValueMap } from "../../../providers/kit/values";
import { ManagedResource } from "../../support/managed-resource";
import {
  needsStandIn,
  type PachydermTarget,
  skipIf,
  startTarget,
} from "../../support/pachyderm-target";

const TOKEN = "pachyderm:index:RobotToken";
const HOUR = 3600;

describe("a robot token on Pachyderm with auth on", function () {
  this.timeout(process.env.PACHYDERM_ADDRESS ? 60_000 : 10_000);
  let target: PachydermTarget;
  let robot: string;
  let laterMs: number;

  before(async function () {
    target = await startTarget({ auth: true, patienceMs: 500, now: () => Date.now() + laterMs });
    skipIf(this, target.unsuited);
  });
  after(() => target.close());
  beforeEach(() => {
    laterMs = 0;
    robot = target.freshName("robot");
    target.ownRobot(robot);
  });
  afterEach(() => {
    laterMs = 0;
    return target.cleanUp();
  });

  const resourceOf = () => new ManagedResource(target.plugin, TOKEN, "token");
  const inputs = (more: ValueMap = {}): ValueMap => ({ robot, ...more });

  function tokenOf({ state }: { state: ValueMap }): string {
    assert.ok(state.token instanceof Secret, "the token is no secret");
    return state.token.reveal() as string;
  }

  const live = (token: string) => target.api.auth.describeToken(token);

  it("is created as a secret, works, and a second up changes nothing", async () => {
    const resource = resourceOf();
    assert.equal(await resource.up(inputs()), "create");
    assert.equal(resource.id, `robot:${robot}`);
    assert.equal(resource.state.principal, `robot:${robot}`);
    assert.equal(resource.state.expiration, null);
    const token = tokenOf(resource);
    assert.deepEqual(await live(token), { username: `robot:${robot}`, expiration: null });
    assert.equal(await resource.up(inputs()), "same");
    await resource.refresh();
    assert.equal(tokenOf(resource), token);
    assert.ok(!inspect(resource.state, { depth: 9 }).includes(token));
    assert.ok(!JSON.stringify([resource.state, target.log.messages]).includes(token));
  });

  it("is not created by a preview, whose outputs have the principal", async () => {
    const state = await resourceOf().preview(inputs({ ttl: HOUR }));
    assert.equal(state.principal, `robot:${robot}`);
    assert.equal(state.token, UNKNOWN);
    assert.equal(state.expiration, UNKNOWN);
    assert.equal((await resourceOf().preview({ robot: UNKNOWN })).principal, UNKNOWN);
  });

  it("is revoked when it is deleted, and deleting it again succeeds", async () => {
    const resource = resourceOf();
    const other = await target.api.auth.makeRobotToken(robot, undefined);
    await resource.up(inputs());
    const { id, inputs: kept, state } = resource;
    await resource.destroy();
    assert.equal(await live(tokenOf({ state })), undefined);
    assert.notEqual(await live(other), undefined);
    Object.assign(resource, { id, inputs: kept, state });
    await resource.destroy();
  });

  it("is renewed by a changed trigger, ttl or robot, and the old token is revoked", async () => {
    const resource = resourceOf();
    const trigger = (value: Value): ValueMap => inputs({ ttl: HOUR, renewTriggers: { k: value } });
    await resource.up(trigger("a"));
    const old = tokenOf(resource);
    assert.deepEqual(await resource.diff(trigger("a")), []);
    assert.deepEqual(await resource.diff(trigger(new Secret("a"))), []);
    assert.deepEqual(await resource.diff(trigger(UNKNOWN)), ["update renewTriggers.k (replace)"]);
    assert.deepEqual(await resource.diff(inputs({ ttl: HOUR })), [
      "delete renewTriggers (replace)",
    ]);
    assert.deepEqual(await resource.diff({ ...trigger("a"), ttl: 60 }), ["update ttl (replace)"]);
    assert.deepEqual(await resource.diff({ ...trigger("a"), robot: "x" }), [
      "update robot (replace)",
    ]);
    const requestsBefore = target.standIn?.requests.length;
    assert.equal(await resource.up(trigger("b")), "replace");
    if (target.standIn !== undefined) {
      const changes = target.standIn.requests
        .slice(requestsBefore)
        .filter(({ rpc }) => /GetRobotToken|RevokeAuthToken$/.test(rpc));
      assert.deepEqual(
        changes.map(({ rpc }) => rpc),
        ["auth_v2.API/GetRobotToken", "auth_v2.API/RevokeAuthToken"],
        "the old token is revoked before there is a new one",
      );
    }
    assert.notEqual(tokenOf(resource), old);
    assert.equal(await live(old), undefined);
    assert.notEqual(await live(tokenOf(resource)), undefined);
  });

  it("is renewed in the last third of its lifetime, which the preview announces", async function () {
    skipIf(this, needsStandIn(target));
    const resource = resourceOf();
    await resource.up(inputs({ ttl: HOUR }));
    const old = tokenOf(resource);
    const expiration = Date.parse(resource.state.expiration as string);
    assert.ok(Math.abs(expiration - Date.now() - HOUR * 1000) < 10_000);
    laterMs = 39 * 60_000;
    assert.equal(await resource.up(inputs({ ttl: HOUR })), "same");
    laterMs = 41 * 60_000;
    assert.deepEqual(await resource.diff(inputs({ ttl: HOUR })), ["update expiration (replace)"]);
    assert.equal(await resource.up(inputs({ ttl: HOUR })), "replace");
    assert.equal(await live(old), undefined);
    assert.equal(await resource.up(inputs({ ttl: HOUR })), "same");
  });

  it("is gone after a refresh when it was revoked or has expired, and is created again", async function () {
    const resource = resourceOf();
    await resource.up(inputs({ ttl: HOUR }));
    await target.api.auth.revokeToken(tokenOf(resource));
    assert.equal(await resource.refresh(), false);
    assert.equal(await resource.up(inputs({ ttl: HOUR })), "create");
    skipIf(this, needsStandIn(target));
    laterMs = 61 * 60_000;
    assert.deepEqual(await resource.diff(inputs({ ttl: HOUR })), ["update expiration (replace)"]);
    assert.equal(await resource.refresh(), false);
  });

  it("cannot be imported, and says why", async () => {
    await assert.rejects(resourceOf().import(`robot:${robot}`), {
      message:
        `token of robot:${robot}: cannot be imported, because Pachyderm shows a token only ` +
        "once: let the stack create its own",
    });
  });

  it("is requested once when the response is lost, and the error says what may be left behind", async function () {
    skipIf(this, needsStandIn(target));
    const resource = resourceOf();
    target.standIn?.failNext({ rpc: "GetRobotToken", mode: "close-after" });
    await assert.rejects(resource.up(inputs()), {
      message: new RegExp(
        `^token of robot ${robot}: Pachyderm's response did not arrive, .* pachctl auth revoke --user robot:${robot}$`,
      ),
    });
    assert.equal(resource.id, "");
  });

  it("stays in the state when it was created but cannot be inspected, and the next up inspects it", async function () {
    skipIf(this, needsStandIn(target));
    const resource = resourceOf();
    // the first request finds out whether auth is on
    target.standIn?.failNext({ rpc: "WhoAmI", after: 1, times: 1000, mode: "close-before" });
    await assert.rejects(resource.up(inputs({ ttl: HOUR })), (error) => {
      assert.ok(error instanceof InitFailed);
      assert.ok(!error.message.includes(tokenOf(error)));
      return true;
    });
    target.standIn?.clearFaults();
    const token = tokenOf(resource);
    assert.equal(await resource.up(inputs({ ttl: HOUR })), "update");
    assert.equal(tokenOf(resource), token);
    assert.equal(resource.state.expiration, (await live(token))?.expiration);
    assert.equal(await resource.up(inputs({ ttl: HOUR })), "same");
  });

  it("is not reported as gone when the server cannot be reached", async function () {
    skipIf(this, needsStandIn(target));
    const resource = resourceOf();
    await resource.up(inputs());
    target.standIn?.failNext({ rpc: "WhoAmI", times: 1000, mode: "close-before" });
    await assert.rejects(resource.refresh(), /the connection to Pachyderm at \S+ broke/);
    target.standIn?.failNext({ rpc: "RevokeAuthToken", times: 1000, mode: "close-before" });
    await assert.rejects(resource.destroy(), (error: Error) => {
      assert.match(
        error.message,
        /^token of robot:\S+ was not deleted: the connection to \S+ at \S+ broke/,
      );
      assert.ok(!error.message.includes(tokenOf(resource)));
      return true;
    });
    assert.equal(resource.id, `robot:${robot}`);
  });

  it("is not touched on a different cluster", async () => {
    const resource = resourceOf();
    await resource.up(inputs());
    const token = tokenOf(resource);
    resource.state.clusterId = "another";
    await assert.rejects(resource.refresh(), /was created on a different Pachyderm cluster/);
    await assert.rejects(resource.destroy(), /was created on a different Pachyderm cluster/);
    assert.notEqual(await live(token), undefined);
  });

  it("is refused with bad arguments before anything is sent", async () => {
    const refused: [ValueMap, string | RegExp][] = [
      [{}, "robot: is required"],
      [{ robot: "" }, "robot: must not be empty"],
      [{ robot: "robot:x" }, 'robot: must be the name alone, without a prefix or colons; use "x"'],
      [{ robot: "a:b" }, "robot: must be the name alone, without a prefix or colons"],
      [{ robot: new Secret("robot:x") }, /^robot: must be the name alone/],
      [inputs({ ttl: 0 }), /^ttl: must be an integer from 1 to \d+ \(seconds\), found 0; leave it/],
      [inputs({ ttl: 1.5 }), /^ttl: must be an integer/],
      [inputs({ ttl: 1e10 }), /^ttl: must be an integer/],
      [inputs({ ttl: "1h" }), "ttl: must be a number"],
      [inputs({ triggers: {} }), /^triggers: is not a valid argument/],
    ];
    for (const [bad, message] of refused) {
      await assert.rejects(resourceOf().check(bad), { message });
    }
  });
});

describe("a robot token on Pachyderm with auth off", function () {
  this.timeout(process.env.PACHYDERM_ADDRESS ? 60_000 : 10_000);
  let target: PachydermTarget;

  before(async function () {
    target = await startTarget({ auth: false });
    skipIf(this, target.unsuited);
  });
  after(() => target.close());

  const tokenOf = ({ state }: ManagedResource) => (state.token as Secret).reveal();

  it("fails and says so, also in a preview", async () => {
    const resource = new ManagedResource(target.plugin, TOKEN, "token");
    const message =
      /^token of robot seldon: auth is not activated .* or set ignoreWhenAuthDisabled on the robot/;
    await assert.rejects(resource.preview({ robot: "seldon" }), { message });
    await assert.rejects(resource.up({ robot: "seldon" }), { message });
    assert.equal(resource.id, "");
  });

  it("is an empty string with ignoreWhenAuthDisabled, and has the usual lifecycle", async () => {
    const resource = new ManagedResource(target.plugin, TOKEN, "token");
    const inputs = { robot: "seldon", ttl: HOUR, ignoreWhenAuthDisabled: true };
    assert.equal((await resource.preview(inputs)).principal, "robot:seldon");
    await resource.preview({ ...inputs, ignoreWhenAuthDisabled: UNKNOWN });
    assert.equal(await resource.up(inputs), "create");
    assert.equal(tokenOf(resource), "");
    const { principal, expiration, active } = resource.state;
    assert.deepEqual(
      { principal, expiration, active },
      { principal: "robot:seldon", expiration: null, active: false },
    );
    assert.equal(await resource.up(inputs), "same");
    assert.equal(await resource.refresh(), true);
    assert.deepEqual(resource.inputs, inputs);
    assert.equal(await resource.up(inputs), "same");
    assert.deepEqual(await resource.diff({ ...inputs, ttl: 60 }), ["update ttl (replace)"]);
    await resource.destroy();
    assert.equal(resource.id, "");
  });

  it("fails as soon as ignoreWhenAuthDisabled is removed", async () => {
    const resource = new ManagedResource(target.plugin, TOKEN, "token");
    await resource.up({ robot: "seldon", ignoreWhenAuthDisabled: true });
    assert.deepEqual(await resource.diff({ robot: "seldon" }), ["update active"]);
    const message = /^token of robot:seldon: auth is not activated/;
    await assert.rejects(resource.preview({ robot: "seldon" }), { message });
    await assert.rejects(resource.up({ robot: "seldon" }), { message });
  });

  it("is created by the next update once auth is on, which the preview announces", async function () {
    skipIf(this, needsStandIn(target));
    const inputs = { robot: "seldon", ignoreWhenAuthDisabled: true };
    const off = new ManagedResource(target.plugin, TOKEN, "token");
    await off.up(inputs);
    const secured = await startTarget({ auth: true });
    try {
      const resource = new ManagedResource(secured.plugin, TOKEN, "token");
      const { id, state } = off;
      // auth is activated on a cluster that stays the same
      const clusterId = await secured.api.clusterId();
      Object.assign(resource, { id, inputs, state: { ...state, clusterId } });
      assert.equal(await resource.refresh(), true);
      assert.deepEqual(await resource.diff(inputs), ["update active"]);
      assert.equal((await resource.preview(inputs)).token, UNKNOWN);
      assert.equal(await resource.up(inputs), "update");
      assert.equal(resource.state.active, true);
      const token = tokenOf(resource) as string;
      assert.equal((await secured.api.auth.describeToken(token))?.username, "robot:seldon");
      assert.equal(await resource.up(inputs), "same");
      assert.equal(await resource.up({ robot: "seldon" }), "same");
      await resource.destroy();
      assert.equal(await secured.api.auth.describeToken(token), undefined);
    } finally {
      await secured.close();
    }
  });

  it("becomes empty in a refresh after auth is switched off", async () => {
    const resource = new ManagedResource(target.plugin, TOKEN, "token");
    const state = { token: new Secret("gone"), principal: "robot:seldon", active: true };
    const inputs = { robot: "seldon", ignoreWhenAuthDisabled: true };
    Object.assign(resource, { id: "robot:seldon", inputs, state });
    assert.equal(await resource.refresh(), true);
    assert.equal(tokenOf(resource), "");
    assert.equal(resource.state.active, false);
    assert.equal(await resource.up(inputs), "same");
  });

  it("can be deleted, because tokens have no effect without auth", async () => {
    const resource = new ManagedResource(target.plugin, TOKEN, "token");
    Object.assign(resource, { id: "robot:seldon", state: { token: new Secret("gone") } });
    await resource.destroy();
    assert.equal(resource.id, "");
  });
});
