import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer as createHttpServer, type RequestListener, type Server } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { type AddressInfo, connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { KubernetesClient } from "../../../../../../providers/seldon/plugin/kubernetes/client";
import { AccessError } from "../../../../../../providers/seldon/plugin/kubernetes/errors";

const tls = join(__dirname, "../../../../../fixtures/tls");
const CANARY = "canary-7d1f";

type Answer = { readonly status: number; readonly body: string };
const FINE: Answer = { status: 200, body: "{}" };

/** How the plugin finds a cluster and authenticates there. */
describe("the Seldon provider's access to Kubernetes", () => {
  let folder: string;
  let server: Server;
  let address: string;
  const headers: NodeJS.Dict<string | string[]>[] = [];
  const bodies: string[] = [];
  let answers: Answer[];

  const listener: RequestListener = async (request, response) => {
    headers.push(request.headers);
    let body = "";
    for await (const chunk of request) body += chunk;
    bodies.push(body);
    const { status, body: text } = answers.shift() ?? FINE;
    response.writeHead(status).end(text);
  };

  before(async () => {
    server = createHttpServer(listener);
    address = await listen(server);
  });
  after(() => server.close());
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "kubeconfig-"));
    headers.length = 0;
    bodies.length = 0;
    answers = [];
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  async function listen(on: Server): Promise<string> {
    await new Promise<void>((resolve) => on.listen(0, "127.0.0.1", resolve));
    return `127.0.0.1:${(on.address() as AddressInfo).port}`;
  }

  function kubeconfig(user: object, cluster: object = { server: `http://${address}` }): string {
    return JSON.stringify({
      "current-context": "one",
      contexts: [
        { name: "one", context: { cluster: "here", user: "me" } },
        { name: "two", context: { cluster: "nowhere", user: "me" } },
      ],
      clusters: [{ name: "here", cluster }],
      users: [{ name: "me", user }],
    });
  }

  function client(source: string | undefined, context?: string): KubernetesClient {
    return new KubernetesClient({ kubeconfig: source, context, patienceMs: 50 });
  }

  it("accepts a kubeconfig's contents", async () => {
    await client(kubeconfig({ token: CANARY })).get("/apis");
    assert.equal(headers[0]?.authorization, `Bearer ${CANARY}`);
  });

  it("accepts a path, and finds files relative to it", async () => {
    mkdirSync(join(folder, "pki"));
    writeFileSync(join(folder, "pki", "ca.pem"), readFileSync(join(tls, "ca.pem")));
    const secure = createHttpsServer(
      {
        key: readFileSync(join(tls, "server-key.pem")),
        cert: readFileSync(join(tls, "server.pem")),
      },
      listener,
    );
    const there = await listen(secure);
    try {
      const file = join(folder, "config");
      const cluster = { server: `https://${there}`, "certificate-authority": "pki/ca.pem" };
      writeFileSync(file, kubeconfig({ token: CANARY }, cluster));
      await client(file).get("/apis");
      assert.equal(headers[0]?.authorization, `Bearer ${CANARY}`);
      // a server without a certificate from a known authority gets no token
      const untrusted = client(kubeconfig({ token: CANARY }, { server: `https://${there}` }));
      await assert.rejects(untrusted.get("/apis"), /cannot connect to .*: unable to verify/);
      assert.equal(headers.length, 1);
    } finally {
      secure.close();
    }
  });

  it("searches where kubectl does by default", async () => {
    const before = { ...process.env };
    try {
      process.env.KUBECONFIG = join(folder, "ambient");
      writeFileSync(process.env.KUBECONFIG, kubeconfig({ token: "ambient" }));
      await client(undefined).get("/apis");
      assert.equal(headers[0]?.authorization, "Bearer ambient");
      process.env.KUBECONFIG = join(folder, "nowhere");
      await assert.rejects(client(undefined).get("/apis"), {
        message: `the kubeconfig (from KUBECONFIG or ~/.kube/config) cannot be read: file ${join(folder, "nowhere")} does not exist`,
      });
      delete process.env.KUBECONFIG;
      process.env.HOME = folder;
      await assert.rejects(client(undefined).get("/apis"), /^Error: no kubeconfig found: set the/);
    } finally {
      process.env.HOME = before.HOME;
      if (before.KUBECONFIG === undefined) delete process.env.KUBECONFIG;
      else process.env.KUBECONFIG = before.KUBECONFIG;
    }
  });

  it("authenticates with a command, as on GKE", async () => {
    const credential = { kind: "ExecCredential", status: { token: "from-a-command" } };
    const exec = { command: "echo", args: [JSON.stringify(credential)] };
    await client(kubeconfig({ exec })).get("/apis");
    assert.equal(headers[0]?.authorization, "Bearer from-a-command");
  });

  it("says which command cannot authenticate, and why, without running it again", async () => {
    const failing = {
      command: "sh",
      args: ["-c", "echo please log in >&2; echo more >&2; exit 1"],
    };
    await assert.rejects(client(kubeconfig({ exec: failing })).get("/apis"), {
      constructor: AccessError,
      message: "the kubeconfig's user cannot log in with the command sh: please log in",
    });
    const missing = { command: "no-such-plugin" };
    await assert.rejects(
      client(kubeconfig({ exec: missing })).get("/apis"),
      /with the command no-such-plugin: spawn no-such-plugin ENOENT$/,
    );
  });

  it("describes the error in a kubeconfig, and shows none of its contents", async () => {
    const cases: [string, RegExp][] = [
      [join(folder, "none"), /^the kubeconfig \/.*none does not exist$/],
      [
        `users:\n- token: ${CANARY}\n bad: [`,
        /^the kubeconfig in the provider's argument cannot be read: .* \(line \d+\)$/,
      ],
      [`clusters: [{name: ${CANARY}}]`, /cannot be read: clusters\[0\]\.cluster is missing$/],
      ["users: []", /^the kubeconfig has no current context: set .*; it has none$/],
    ];
    for (const [source, message] of cases) {
      await assert.rejects(client(source).get("/apis"), (error: Error) => {
        assert.ok(error instanceof AccessError);
        assert.match(error.message, message);
        assert.ok(!error.message.includes(CANARY));
        return true;
      });
    }
  });

  it("accepts a different context, and lists the existing ones for an unknown one", async () => {
    const source = kubeconfig({ token: CANARY });
    await client(source, "one").get("/apis");
    await assert.rejects(
      client(source, "three").get("/apis"),
      /no context "three"; it has one, two$/,
    );
    await assert.rejects(client(source, "two").get("/apis"), /does not have the cluster "nowhere"/);
  });

  it("reads the kubeconfig again after a failure", async () => {
    const file = join(folder, "late.config");
    const late = client(file);
    await assert.rejects(late.get("/apis"), /does not exist/);
    writeFileSync(file, kubeconfig({}));
    await late.get("/apis");
  });

  it("retries while the server is busy, but not after a refusal", async () => {
    answers = [
      { status: 503, body: "starting" },
      { status: 429, body: "{}" },
    ];
    await new KubernetesClient({
      kubeconfig: kubeconfig({}),
      context: undefined,
      patienceMs: 5_000,
    }).get("/apis");
    assert.equal(headers.length, 3);
    answers = [{ status: 401, body: "{}" }];
    await assert.rejects(
      client(kubeconfig({})).get("/apis"),
      /does not accept .* credentials \(401/,
    );
    assert.equal(headers.length, 4);
  });

  it("says so when the server is not an API server", async () => {
    answers = [{ status: 200, body: "<html>" }];
    await assert.rejects(
      client(kubeconfig({})).get("/apis"),
      /is not a Kubernetes API server: its response/,
    );
  });

  it("sends the body of a delete with its length", async () => {
    await client(kubeconfig({})).delete("/apis/x", { propagationPolicy: "Background" });
    assert.equal(bodies[0], '{"propagationPolicy":"Background"}');
    assert.equal(headers[0]?.["content-length"], String(bodies[0]?.length));
    assert.equal(headers[0]?.["transfer-encoding"], undefined);
  });

  it("runs the command again when its credentials are refused before they expire", async () => {
    const count = join(folder, "count");
    const script =
      `echo >> "${count}"; n=$(wc -l < "${count}" | tr -d ' '); ` +
      'echo "{\\"kind\\": \\"ExecCredential\\", \\"status\\": {\\"token\\": \\"token-$n\\", ' +
      '\\"expirationTimestamp\\": \\"2999-01-01T00:00:00Z\\"}}"';
    const exec = { command: "sh", args: ["-c", script] };
    const there = client(kubeconfig({ exec }));
    await there.get("/apis");
    answers = [{ status: 401, body: "{}" }];
    await there.get("/apis");
    assert.deepEqual(
      headers.map(({ authorization }) => authorization),
      ["Bearer token-1", "Bearer token-1", "Bearer token-2"],
    );
    answers = [
      { status: 401, body: "{}" },
      { status: 401, body: "{}" },
    ];
    await assert.rejects(there.get("/apis"), /does not accept .* credentials \(401/);
    assert.equal(headers.length, 5);
  });

  it("uses the proxy that the environment sets, except for what NO_PROXY lists", async () => {
    const before = { ...process.env };
    const tunnels: string[] = [];
    const proxy = createHttpServer();
    proxy.on("connect", (request, socket: Socket) => {
      tunnels.push(request.url ?? "");
      const [host, port] = address.split(":");
      const onward = connect(Number(port), host, () => {
        socket.write("HTTP/1.1 200 OK\r\n\r\n");
        onward.pipe(socket).pipe(onward);
      });
      for (const end of [socket, onward]) end.on("error", () => undefined);
    });
    try {
      process.env.HTTP_PROXY = `http://${await listen(proxy)}`;
      const far = kubeconfig({}, { server: "http://kubernetes.test:80" });
      await client(far).get("/apis");
      assert.deepEqual(tunnels, ["kubernetes.test:80"]);
      process.env.NO_PROXY = ".test";
      await assert.rejects(client(far).get("/apis"), /cannot connect to/);
      assert.equal(tunnels.length, 1);
    } finally {
      process.env = before;
      proxy.closeAllConnections();
      proxy.close();
    }
  });

  it("ends a call at its time limit even behind a proxy that accepts and stays silent", async () => {
    const before = { ...process.env };
    const sockets: Socket[] = [];
    const proxy = createHttpServer();
    proxy.on("connect", (_request, socket: Socket) => {
      sockets.push(socket.on("error", () => undefined));
    });
    try {
      process.env.HTTP_PROXY = `http://${await listen(proxy)}`;
      const far = client(kubeconfig({}, { server: "http://kubernetes.test:80" }));
      await assert.rejects(far.get("/apis", { timeoutMs: 100 }), /no connection within 0\.1 s/);
      assert.ok(sockets.length > 0, "the proxy was asked");
    } finally {
      process.env = before;
      for (const socket of sockets) socket.destroy();
      proxy.close();
    }
  });
});
