import assert from "node:assert/strict";
import { KubernetesApi } from "../../../../sandbox/cluster/api";
import { JsonServer } from "../../../support/json-server";

describe("the sandbox's client of Kubernetes", () => {
  const server = new JsonServer();
  let api: KubernetesApi;
  beforeEach(async () => {
    await server.start();
    api = new KubernetesApi({
      server: server.url,
      namespace: undefined,
      ca: undefined,
      verify: true,
      token: "t0ken",
      certificate: undefined,
      key: undefined,
    });
  });
  afterEach(() => server.stop());

  it("sends its token, and the body of a delete with its length", async () => {
    server.answer = () => ({ status: 200, body: { kind: "Status" } });
    await api.delete("/api/v1/namespaces/n", { propagationPolicy: "Foreground" });
    const [request] = server.requests;
    assert.equal(request?.method, "DELETE");
    assert.equal(request?.headers.authorization, "Bearer t0ken");
    assert.equal(request?.headers["content-length"], String(request?.body.length));
    assert.equal(request?.body, '{"propagationPolicy":"Foreground"}');
  });

  it("retries while the storage of a custom kind opens", async () => {
    server.answer = () => ({
      status: server.requests.length < 2 ? 429 : 200,
      body: { items: [{ a: 1 }] },
    });
    assert.deepEqual(await api.list("/apis/x/v1/ys"), [{ a: 1 }]);
    assert.equal(server.requests.length, 2);
  });

  it("fails with the server's reason, or with the address that does not respond", async () => {
    server.answer = () => ({ status: 403, body: { reason: "Forbidden", message: "no" } });
    await assert.rejects(api.get("/api/v1/nodes?limit=1"), { code: 403, message: "no" });
    server.answer = () => ({ status: 404, body: { reason: "NotFound" } });
    assert.equal(await api.find("/api/v1/namespaces/n"), undefined);
    const gone = new KubernetesApi({
      server: "http://127.0.0.1:1",
      namespace: undefined,
      ca: undefined,
      verify: true,
      token: undefined,
      certificate: undefined,
      key: undefined,
    });
    await assert.rejects(
      gone.get("/version?x=1"),
      /^Error: GET http:\/\/127\.0\.0\.1:1\/version: .*ECONNREFUSED/,
    );
  });
});
