import assert from "node:assert/strict";
import { determinedChecks, seldonChecks } from "../../../../../scripts/doctor/checks/determined";
import { doctorStack, linesOf, outcomesOf } from "../../../../support/doctor";
import { JsonServer } from "../../../../support/json-server";
import { credentials } from "../../../../support/stack-config";

/** https://github.com/determined-ai/determined/blob/main/proto/src/determined/api/v1/master.proto */
const MASTER = { version: "0.38.1", masterId: "m", clusterId: "c", clusterName: "" };

describe("the doctor's checks of Determined and Seldon", () => {
  const server = new JsonServer();
  beforeEach(() => server.start());
  afterEach(() => server.stop());

  const stack = (changes: Partial<typeof credentials>, undecrypted?: string) =>
    doctorStack(
      { credentials: { ...credentials, ...changes } },
      undecrypted === undefined ? {} : { undecrypted },
    );

  it("request the master's version without authenticating", async () => {
    server.answer = () => ({ status: 200, body: MASTER });
    for (const det_master of [server.host, server.url, `${server.url}/`]) {
      assert.deepEqual(await linesOf(determinedChecks(stack({ det_master }))), [
        "passed Determined 0.38.1 responds at credentials.det_master; no login was attempted",
      ]);
    }
    assert.deepEqual(
      server.requests.map(({ method, path, headers }) => [method, path, headers.authorization]),
      Array(3).fill(["GET", "/api/v1/master", undefined]),
    );
  });

  it("recognize a server that is not the master", async () => {
    server.answer = () => ({ status: 404, body: "<html>" });
    const [found] = await outcomesOf(determinedChecks(stack({ det_master: server.host })));
    assert.equal(found?.status, "failed");
    assert.match(found?.text ?? "", /is not a Determined master \(status 404\)$/);
    assert.match(
      found?.action ?? "",
      /`pulumi config set --secret --path credentials\.det_master`/,
    );
  });

  it("warn if no server responds, because only the cluster must reach it, and hide the address", async () => {
    const det_master = "canary-host.invalid:8080";
    const [unknown] = await outcomesOf(determinedChecks(stack({ det_master })));
    assert.equal(unknown?.status, "warning");
    assert.match(unknown?.text ?? "", /^credentials\.det_master: /);
    assert.match(unknown?.action ?? "", /connect from inside the cluster/);
    assert.ok(!JSON.stringify(unknown).includes("canary-host"));
    const [refused] = await linesOf(seldonChecks(stack({ sel_url: "http://127.0.0.1:1/seldon" })));
    assert.equal(refused, "warning credentials.sel_url: the connection was refused");
  });

  it("refuse an invalid address, without showing it", async () => {
    for (const address of ["ftp://canary", "http://"]) {
      const checked = stack({ det_master: address, sel_url: address });
      const all = [...determinedChecks(checked), ...seldonChecks(checked)];
      assert.deepEqual(await linesOf(all), [
        "failed credentials.det_master is not a valid address",
        "failed credentials.sel_url is not a valid address",
      ]);
    }
  });

  it("accept any response of Seldon, which requires a login, except server errors", async () => {
    const line = async (status: number) => {
      server.answer = () => ({ status, body: {} });
      return (await linesOf(seldonChecks(stack({ sel_url: server.url }))))[0];
    };
    assert.equal(await line(401), "passed a server responds at credentials.sel_url");
    assert.equal(await line(302), "passed a server responds at credentials.sel_url");
    assert.match((await line(503)) ?? "", /^warning .* responds with status 503$/);
  });

  it("do not run if the addresses cannot be decrypted", async () => {
    const checked = stack({}, "no passphrase");
    const all = [...determinedChecks(checked), ...seldonChecks(checked)];
    const line = "unchecked the secrets cannot be decrypted: see above";
    assert.deepEqual(await linesOf(all), [line, line]);
    assert.deepEqual(server.requests, []);
  });
});
