import assert from "node:assert/strict";
import { clusterChecks } from "../../../../../scripts/doctor/checks/cluster";
import { clusterExistingCheck } from "../../../../../scripts/doctor/checks/cluster-existing";
import { clusterPermissionsCheck } from "../../../../../scripts/doctor/checks/cluster-permissions";
import { doctorStack, linesOf, outcomesOf, type StackOptions } from "../../../../support/doctor";
import { FakeKubernetesApi } from "../../../../support/fake-kubernetes-api";
import { googleKey } from "../../../../support/stack-config";

const DEFINITIONS = [
  "machinelearning.seldon.io/v1/seldondeployments",
  "serving.knative.dev/v1/services",
  "eventing.knative.dev/v1/triggers",
];

describe("the doctor's checks of the cluster", () => {
  let api: FakeKubernetesApi;
  let kubeconfig: string;

  beforeEach(async () => {
    api = new FakeKubernetesApi();
    kubeconfig = await api.start();
    for (const name of ["kube-system", "default", "seldon-logs"]) put("namespaces", name);
    for (const definition of DEFINITIONS) api.definitions.add(definition);
  });
  afterEach(() => api.stop());

  function put(path: string, name: string): void {
    api.objects.set(`/api/v1/${path}/${name}`, { metadata: { name, uid: `uid-of-${name}` } });
  }

  const stack = (changes: Record<string, unknown> = {}, options?: StackOptions) =>
    doctorStack({ kubernetes: { kubeconfig }, ...changes }, options);

  it("pass on a cluster with everything that the stack needs, and change nothing", async () => {
    const checked = stack();
    const lines = await linesOf([
      ...clusterChecks(checked),
      clusterPermissionsCheck(checked),
      clusterExistingCheck(checked),
    ]);
    assert.match(lines[0] ?? "", /^passed Kubernetes v1\.34\.3 at http:\/\/127\.0\.0\.1:\d+$/);
    assert.deepEqual(
      lines.filter((line) => !line.startsWith("passed ")),
      [],
    );
    const changes = api.changes().filter(({ path }) => !path.includes("selfsubject"));
    assert.deepEqual(changes, []);
  });

  it("name a missing context, and the existing ones", async () => {
    const checked = stack({ kubernetes: { kubeconfig, context: "production" } });
    const [server, ...rest] = await outcomesOf([
      ...clusterChecks(checked),
      clusterPermissionsCheck(checked),
      clusterExistingCheck(checked),
    ]);
    assert.equal(server?.text, 'the kubeconfig has no context "production"; it has fake');
    assert.match(server?.action ?? "", /`pulumi config set --path kubernetes\.context VALUE`/);
    for (const { status, text } of rest) {
      assert.deepEqual([status, text], ["unchecked", "the cluster is not reachable: see above"]);
    }
  });

  it("report a cluster that does not respond, and credentials that it refuses", async () => {
    api.refusals.set("GET", { status: 401, reason: "Unauthorized", message: "Unauthorized" });
    const [refused] = await outcomesOf(clusterChecks(stack()), "server");
    assert.match(refused?.text ?? "", / does not accept the kubeconfig's credentials \(401\)/);
    assert.match(
      refused?.action ?? "",
      /^log in to the cluster again, .* get-credentials`, or correct/,
    );
    await api.stop();
    const [gone] = await outcomesOf(clusterChecks(stack()), "server");
    assert.match(gone?.text ?? "", /^cannot connect to the Kubernetes API server at/);
    assert.match(gone?.action ?? "", /^connect to its network \(VPN\), or correct the context/);
    api = new FakeKubernetesApi();
    await api.start();
  });

  it("name a kubeconfig that cannot be read, and do not suggest a VPN for it", async () => {
    for (const [path, reason] of [
      ["/nowhere/config", /^the kubeconfig \/nowhere\/config does not exist$/],
      [__dirname, /cannot be read: it is a folder; expected a file$/],
    ] as const) {
      const checked = stack({ kubernetes: { kubeconfig: path } });
      const [server] = await outcomesOf(clusterChecks(checked), "server");
      assert.match(server?.text ?? "", reason);
      assert.match(
        server?.action ?? "",
        /^correct the context .* or the environment variable KUBECONFIG$/,
      );
    }
  });

  it("do not check the cluster of a kubeconfig that cannot be decrypted", async () => {
    const checked = stack({ kubernetes: { kubeconfig: "placeholder" } });
    const lines = await linesOf(clusterChecks(checked), "server");
    assert.deepEqual(lines, ["unchecked the kubeconfig is a secret that cannot be decrypted"]);
  });

  it("recognize a cluster that differs from the state's, in the words of a preview", async () => {
    const resources = (clusterId: string) => [
      { urn: "u", type: "seldon:index:Cluster", outputs: { clusterId } },
    ];
    const other = clusterChecks(stack({}, { resources: resources("other") }));
    const [found] = await outcomesOf(other, "identity");
    assert.match(
      found?.text ?? "",
      /^the stack belongs to a different Kubernetes cluster .*UID other;/,
    );
    assert.match(found?.action ?? "", /^Select the right cluster .*SELDON_ACCEPT_CLUSTER=/);
    const same = clusterChecks(stack({}, { resources: resources("uid-of-kube-system") }));
    assert.match((await linesOf(same, "identity"))[0] ?? "", /^passed /);
  });

  it("name missing namespaces, and who would create them", async () => {
    const checked = stack({
      pachyderm: { address: "127.0.0.1:1", namespace: "pachyderm" },
      seldon: { namespace: "models", existing: true, detectorNamespace: "logs" },
    });
    const found = await outcomesOf(clusterChecks(checked), "namespaces");
    assert.deepEqual(
      found.map(({ text, action }) => [text, action?.replace(/:? `.*/, "")]),
      [
        [
          "namespace pachyderm: does not exist",
          "install Pachyderm, or correct pachyderm.namespace",
        ],
        [
          "namespace logs: does not exist",
          "install Seldon's request logger, or correct seldon.detectorNamespace",
        ],
        [
          "namespace models: does not exist",
          "correct seldon.namespace, or remove seldon.existing to have the stack create it",
        ],
      ],
    );
  });

  it("name missing definitions", async () => {
    api.definitions.delete("serving.knative.dev/v1/services");
    const lines = await linesOf(clusterChecks(stack()), "definitions");
    assert.deepEqual(
      lines.filter((line) => line.startsWith("failed ")),
      ["failed services.serving.knative.dev: is not defined on the cluster"],
    );
  });

  it("name missing permissions, with the commands that grant them", async () => {
    for (const verb of ["create", "patch"]) api.forbidden.add(`${verb} secrets default`);
    api.forbidden.add("get namespaces");
    api.forbidden.add("delete services seldon-logs");
    const found = await outcomesOf(clusterPermissionsCheck(stack()));
    assert.deepEqual(
      found.map(({ status, text }) => `${status} ${text}`),
      [
        "warning namespaces kube-system: ci is not allowed to get: a kubeconfig for another cluster will not be detected",
        "failed namespaces seldon: ci is not allowed to get",
        "failed secrets in namespace default: ci is not allowed to create, patch",
        "failed services.serving.knative.dev in namespace seldon-logs: ci is not allowed to delete",
      ],
    );
    const [, namespaces, secrets] = found;
    assert.match(
      secrets?.action ?? "",
      /`kubectl create role pachyderm-seldon-secrets --namespace default --verb create,patch --resource secrets` and `kubectl create rolebinding pachyderm-seldon-secrets --namespace default --role pachyderm-seldon-secrets --user ci`/,
    );
    assert.match(
      namespaces?.action ?? "",
      /`kubectl create clusterrole .* --clusterrole .* --user ci`/,
    );
  });

  it("check only the permissions that the configuration needs", async () => {
    const asked = async (changes: Record<string, unknown>) => {
      api.requests.length = 0;
      await linesOf(clusterPermissionsCheck(stack(changes)));
      return api.requests
        .filter(({ path }) => path.endsWith("/selfsubjectaccessreviews"))
        .map(({ body }) => body.spec as { resourceAttributes: Record<string, string> })
        .map(({ resourceAttributes: { verb, resource, namespace } }) =>
          `${verb} ${resource} ${namespace}`.trim(),
        );
    };
    const bare = await asked({ useCases: {} });
    assert.ok(!bare.some((one) => /serviceaccounts|seldon|services|delete namespaces/.test(one)));
    const email = "models@p.iam.gserviceaccount.com";
    const keyless = await asked({ seldon: { googleServiceAccount: email }, disposable: true });
    for (const one of [
      "create serviceaccounts seldon-logs",
      "patch secrets seldon",
      "get seldondeployments seldon",
      "delete namespaces",
    ]) {
      assert.ok(keyless.includes(one), one);
    }
  });

  it("name existing objects that do not belong to the stack", async () => {
    put("namespaces", "seldon");
    put("namespaces/default/secrets", "pipeline-secret");
    put("namespaces/seldon/secrets", "deployment-secret"); // without a key, the stack has none
    const found = await outcomesOf(clusterExistingCheck(stack()));
    assert.deepEqual(
      found.map(({ status, text }) => `${status} ${text}`),
      [
        "failed Namespace seldon: already exists and is not in this stack's state",
        "failed Secret default/pipeline-secret: already exists and is not in this stack's state",
      ],
    );
    assert.match(
      found[0]?.action ?? "",
      /^set seldon\.existing to use it, or choose .*`pulumi config set --path seldon\.existing true`/,
    );
    const own = [{ urn: "u", type: "kubernetes:core/v1:Secret", id: "default/pipeline-secret" }];
    const checked = stack(
      { seldon: { serviceAccountKey: googleKey, existing: true } },
      { resources: own },
    );
    assert.deepEqual(await linesOf(clusterExistingCheck(checked)), [
      "passed 2 names are available, 1 object belongs to this stack",
      "failed Secret seldon/deployment-secret: already exists and is not in this stack's state",
    ]);
  });
});
