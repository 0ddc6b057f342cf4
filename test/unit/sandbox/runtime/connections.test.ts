import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { prepareFiles, readToken, writeKubeconfig } from "../../../../sandbox/cluster/credentials";
import { readExternalCluster } from "../../../../sandbox/runtime/connections";

describe("kubeconfig", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "kubeconfig-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("of the sandbox's cluster is read like that of a real one", () => {
    const files = prepareFiles(folder);
    writeKubeconfig(files, "https://127.0.0.1:6443", "certificate");
    assert.deepEqual(readExternalCluster(files.kubeconfig), {
      kubeconfig: files.kubeconfig,
      context: "sandbox",
      address: "https://127.0.0.1:6443",
    });
  });

  it("of a gateway returns the address without the path, so that it can be checked", () => {
    const file = join(folder, "config");
    const gateway = "https://rancher.example.com/k8s/clusters/c-1";
    writeFileSync(
      file,
      JSON.stringify({
        "current-context": "prod",
        contexts: [{ name: "prod", context: { cluster: "c" } }],
        clusters: [{ name: "c", cluster: { server: gateway } }],
      }),
    );
    assert.equal(readExternalCluster(file).address, "https://rancher.example.com");
  });

  it("keeps its token across starts", () => {
    const token = readToken(prepareFiles(folder));
    assert.match(token, /^[0-9a-f]{48}$/);
    assert.equal(readToken(prepareFiles(folder)), token);
  });

  it("is refused when it does not exist, or has no current context or no cluster for it", () => {
    const file = join(folder, "config");
    assert.throws(
      () => readExternalCluster(file),
      /^Error: --kubeconfig: .*config does not exist$/,
    );
    writeFileSync(file, "contexts: []\nclusters: []\n");
    assert.throws(() => readExternalCluster(file), /is not a kubeconfig with a current context$/);
    writeFileSync(file, "current-context: prod\ncontexts: []\nclusters: []\n");
    assert.throws(
      () => readExternalCluster(file),
      /does not have the cluster of its current context "prod"$/,
    );
  });
});
