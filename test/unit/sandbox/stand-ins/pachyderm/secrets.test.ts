import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { KubernetesSecrets } from "../../../../../sandbox/stand-ins/pachyderm/secrets";

describe("the Secrets that the sandbox's Pachyderm looks up in a cluster", () => {
  let folder: string;
  let server: Server;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "kubeconfig-"));
    server = createServer((request, response) => {
      const found = request.url === "/api/v1/namespaces/pach/secrets/pipeline-secret";
      const allowed = request.headers.authorization === "Bearer right";
      response.statusCode = !allowed ? 401 : found ? 200 : 404;
      response.end(JSON.stringify({ data: { det_user: "YQ==", det_master: "Yg==" } }));
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
  });
  after(() => {
    server.close();
    rmSync(folder, { recursive: true });
  });

  function kubeconfig(changes: object = {}): string {
    const path = join(folder, "config");
    const { port } = server.address() as AddressInfo;
    const config = {
      "current-context": "sandbox",
      contexts: [{ name: "sandbox", context: { cluster: "c", user: "u" } }],
      clusters: [{ name: "c", cluster: { server: `http://127.0.0.1:${port}` } }],
      users: [{ name: "u", user: { token: "right" } }],
      ...changes,
    };
    writeFileSync(path, JSON.stringify(config));
    return path;
  }

  it("are reported with their keys, or as missing", async () => {
    const secrets = KubernetesSecrets.fromKubeconfig(kubeconfig());
    assert.deepEqual(await secrets.keys("pach", "pipeline-secret"), ["det_user", "det_master"]);
    assert.equal(await secrets.keys("default", "pipeline-secret"), undefined);
  });

  it("are not reported as missing if the cluster refuses to return them", async () => {
    const users = [{ name: "u", user: { token: "wrong" } }];
    const secrets = KubernetesSecrets.fromKubeconfig(kubeconfig({ users }));
    await assert.rejects(secrets.keys("pach", "pipeline-secret"), /status 401/);
  });

  it("require a kubeconfig with a complete context", () => {
    const withoutContext = kubeconfig({ contexts: [] });
    assert.throws(
      () => KubernetesSecrets.fromKubeconfig(withoutContext),
      /context "sandbox" does not exist/,
    );
  });
});
