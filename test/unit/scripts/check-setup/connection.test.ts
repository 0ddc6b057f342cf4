import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { connectionOf } from "../../../../scripts/check-setup/connection";

const VARIABLES = { CLUSTER: "ml", CLUSTER_LOCATION: "us-central1-a" };
const CONTEXT = "gke_my-project_us-central1-a_ml";
const ADDRESS = "grpcs://pachyderm.example.com:443";

describe("the connection of a workflow's job", () => {
  let folder: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "check-setup-"));
  });
  after(() => rmSync(folder, { recursive: true }));

  const connection = (
    kubernetes: object,
    pachyderm: object,
    env: NodeJS.ProcessEnv = VARIABLES,
  ) => {
    const config = {
      "pachyderm-seldon:kubernetes": kubernetes,
      "pachyderm-seldon:pachyderm": pachyderm,
    };
    writeFileSync(join(folder, "Pulumi.prod.yaml"), stringify({ config }));
    return connectionOf("acme/pachyderm-seldon/prod", folder, env);
  };

  it("takes the cluster's project from the context that the stack uses", () => {
    assert.deepEqual(connection({ context: CONTEXT }, { address: ADDRESS }), {
      problems: [],
      clusterProject: "my-project",
    });
  });

  it("refuses a context of a different cluster from the one in the variables", () => {
    for (const context of ["gke_my-project_europe-west1_ml", "minikube", "gke_us-central1-a_ml"]) {
      const { problems } = connection({ context }, { address: ADDRESS });
      assert.deepEqual(problems, [
        `pachyderm-seldon:kubernetes.context of stack prod is ${context}, but the variables CLUSTER and CLUSTER_LOCATION result in a context gke_PROJECT_us-central1-a_ml: correct the variables, or name the context as \`gcloud container clusters get-credentials\` does, see docs/pull-requests.md#setup-on-github-and-google-cloud`,
      ]);
    }
  });

  it("refuses the path of a kubeconfig that is not in the checkout", () => {
    const path = "/home/alice/.kube/prod";
    const { problems } = connection({ kubeconfig: path }, { address: ADDRESS });
    assert.equal(problems.length, 1);
    assert.match(
      problems[0] ?? "",
      /is the path \/home\/alice\/\.kube\/prod, which does not exist on a runner/,
    );
    assert.match(problems[0] ?? "", /`pulumi config rm --stack prod --path /);
    writeFileSync(join(folder, "kubeconfig.yaml"), "");
    for (const kubeconfig of ["kubeconfig.yaml", { secure: "v1:abc" }, "apiVersion: v1\n"]) {
      assert.deepEqual(connection({ kubeconfig }, { address: ADDRESS }).problems, []);
    }
  });

  it("refuses a Pachyderm that GitHub's runners cannot reach, with the options", () => {
    for (const [address, reason] of [
      ["http://localhost:30656", /is the runner itself: set an address with TLS/],
      ["127.0.0.1:30650", /is the runner itself/],
      ["grpc://[::1]:30650", /is the runner itself/],
      [
        "http://pachyderm-proxy:80",
        /reachable only inside the cluster: .*self-hosted.*PACHYDERM_SERVICE/,
      ],
      ["http://pachyderm-proxy.ml.svc", /reachable only inside the cluster/],
      ["http://pachyderm-proxy.ml.svc.cluster.local:80", /reachable only inside the cluster/],
    ] as const) {
      const { problems } = connection({ context: CONTEXT }, { address });
      assert.equal(problems.length, 1, address);
      assert.match(problems[0] ?? "", reason, address);
      const selfHosted = { ...VARIABLES, RUNNER_ENVIRONMENT: "self-hosted" };
      assert.deepEqual(connection({ context: CONTEXT }, { address }, selfHosted).problems, []);
    }
  });

  it("forwards a port to a local address if the environment names the service", () => {
    const env = { ...VARIABLES, PACHYDERM_SERVICE: "pachyderm-proxy:80" };
    const local = { address: "http://localhost:30656", namespace: "ml" };
    assert.deepEqual(connection({ context: CONTEXT }, local, env), {
      problems: [],
      clusterProject: "my-project",
      portForward: "--namespace ml service/pachyderm-proxy 30656:80",
    });
    const hostile = { address: "http://localhost:30656", namespace: "ml --kubeconfig x\nport=1" };
    assert.equal(
      connection({ context: CONTEXT }, hostile, env).portForward,
      "--namespace default service/pachyderm-proxy 30656:80",
    );
  });

  it("also forwards a port on a self-hosted runner", () => {
    const env = { ...VARIABLES, RUNNER_ENVIRONMENT: "self-hosted" };
    const forwarding = { ...env, PACHYDERM_SERVICE: "pachyderm-proxy:80" };
    const local = { address: "http://localhost:30656" };
    assert.equal(
      connection({ context: CONTEXT }, local, forwarding).portForward,
      "--namespace default service/pachyderm-proxy 30656:80",
    );
  });

  it("refuses a stack whose passphrase no workflow has, with the command that fixes it", () => {
    const salted = (env: NodeJS.ProcessEnv) => {
      writeFileSync(
        join(folder, "Pulumi.prod.yaml"),
        stringify({ encryptionsalt: "v1:x", config: {} }),
      );
      return connectionOf("prod", folder, { ...VARIABLES, ...env }).problems;
    };
    assert.deepEqual(salted({}), [
      "stack prod encrypts its secrets with a passphrase (encryptionsalt in Pulumi.prod.yaml), which the workflows do not have: run `pulumi stack change-secrets-provider --stack prod gcpkms://projects/PROJECT/locations/LOCATION/keyRings/RING/cryptoKeys/KEY` with your key and commit the file, see docs/pull-requests.md#setup-on-github-and-google-cloud",
    ]);
    // a team can set it for its jobs
    assert.deepEqual(salted({ PULUMI_CONFIG_PASSPHRASE: "" }), []);
    assert.deepEqual(salted({ PULUMI_CONFIG_PASSPHRASE_FILE: "/run/passphrase" }), []);
  });

  it("refuses a stack without a file", () => {
    assert.deepEqual(connectionOf("gone", folder, VARIABLES).problems, [
      "Pulumi.gone.yaml does not exist in this commit: commit the file, or run the workflow for a different stack or commit",
    ]);
  });

  it("does not check what the preview checks", () => {
    assert.deepEqual(connection({}, {}).problems, []);
    assert.deepEqual(connection({ context: CONTEXT }, { address: "ftp://x" }).problems, []);
  });
});
