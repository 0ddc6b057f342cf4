import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

export interface FakeRequest {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly contentType: string;
  readonly accept: string;
  readonly body: Record<string, unknown>;
}

interface StoredObject {
  metadata: Record<string, unknown>;
  [key: string]: unknown;
}

/**
 * The small part of a Kubernetes API server that tests of a client's own behaviour need: it stores
 * objects by their path. What servers do with fields and owners can only be tested with a real one.
 */
export class FakeKubernetesApi {
  readonly requests: FakeRequest[] = [];
  readonly objects = new Map<string, StoredObject>();
  /** How many requests still return an object after its deletion. */
  lingering = 0;
  /** The existing custom resources, such as `serving.knative.dev/v1/services`. */
  readonly definitions = new Set<string>();
  /** Responses that the next requests get instead, by method, or by method and path. */
  readonly refusals = new Map<string, { status: number; reason: string; message: string }>();
  /**
   * What the user is not allowed to do, as `VERB RESOURCE NAMESPACE`, such as `create secrets
   * default`.
   */
  readonly forbidden = new Set<string>();
  #uid = 0;
  readonly #deleted = new Map<string, number>();
  readonly #server = createServer(async (request, response) => {
    const { status, body } = this.#answer(await read(request));
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify(body));
  });

  /** Starts it; returns a kubeconfig for it. */
  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    const { port } = this.#server.address() as AddressInfo;
    return JSON.stringify({
      "current-context": "fake",
      contexts: [{ name: "fake", context: { cluster: "fake", user: "fake" } }],
      clusters: [{ name: "fake", cluster: { server: `http://127.0.0.1:${port}` } }],
      users: [{ name: "fake", user: { token: "fake-token" } }],
    });
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** The requests for changes. */
  changes(): FakeRequest[] {
    return this.requests.filter(({ method }) => method !== "GET");
  }

  #answer(request: FakeRequest): { status: number; body: object } {
    this.requests.push(request);
    const { method, path, body, query } = request;
    const refusal = this.refusals.get(`${method} ${path}`) ?? this.refusals.get(method);
    if (refusal !== undefined) return { status: refusal.status, body: refusal };
    if (path === "/version") return { status: 200, body: { gitVersion: "v1.34.3" } };
    const review = /^\/apis\/auth\w+\.k8s\.io\/v1\/(selfsubject\w*reviews)$/.exec(path)?.[1];
    if (review !== undefined) return this.#review(review, body);
    if (path === "/api") return { status: 200, body: { versions: ["v1"] } };
    if (/^\/apis(\/[^/]+){0,2}$/.test(path)) return this.#discover(path);
    if (method === "GET" && this.#isCollection(path)) return this.#list(path);
    const core = /^\/api\/v1\/(namespaces|secrets|serviceaccounts)$/.exec(path)?.[1];
    if (method === "GET" && core !== undefined) return this.#listCore(core, query);
    if (method === "POST") {
      const metadata = body.metadata as Record<string, unknown>;
      const target = `${path}/${metadata.name}`;
      if (this.objects.has(target)) return fail(409, "AlreadyExists", `${target} already exists`);
      const made = { ...body, metadata: { ...metadata, uid: `uid-${++this.#uid}` } };
      if (query.dryRun === undefined) this.objects.set(target, made);
      return { status: 201, body: made };
    }
    const found = this.objects.get(path);
    if (found === undefined) return fail(404, "NotFound", `${path} not found`);
    if (method === "DELETE") {
      const { uid } = (body.preconditions ?? {}) as { uid?: string };
      if (uid !== undefined && uid !== found.metadata.uid) return fail(409, "Conflict", "uid");
      found.metadata.deletionTimestamp = "2024-05-01T00:00:00Z";
      this.#deleted.set(path, this.lingering);
      return { status: 200, body: {} };
    }
    if (method === "PATCH") {
      const metadata = { ...(body.metadata as object), uid: found.metadata.uid };
      const changed = { ...body, metadata };
      if (query.dryRun === undefined) this.objects.set(path, changed);
      return { status: 200, body: changed };
    }
    return this.#linger(path, found);
  }

  /** The user's permissions or name: nothing is stored. */
  #review(kind: string, { spec }: Record<string, unknown>): { status: number; body: object } {
    if (kind === "selfsubjectreviews") {
      return { status: 201, body: { status: { userInfo: { username: "ci" } } } };
    }
    const { verb, resource, namespace } = (spec as { resourceAttributes: Record<string, string> })
      .resourceAttributes;
    const allowed = !this.forbidden.has(`${verb} ${resource} ${namespace}`.trim());
    return { status: 201, body: { status: { allowed } } };
  }

  /** https://kubernetes.io/docs/concepts/overview/kubernetes-api/#discovery-api */
  #discover(path: string): { status: number; body: object } {
    const known = [...this.definitions].map((definition) => definition.split("/"));
    if (path === "/apis") {
      const groups = known.map(([name, version]) => ({
        name,
        preferredVersion: { groupVersion: `${name}/${version}` },
      }));
      return { status: 200, body: { kind: "APIGroupList", groups } };
    }
    const resources = known
      .filter(([group, version]) => path === `/apis/${group}/${version}`)
      .map(([, , name]) => ({ name }));
    if (resources.length === 0) return { status: 404, body: {} };
    return { status: 200, body: { kind: "APIResourceList", resources } };
  }

  #isCollection(path: string): boolean {
    const [, group, version, plural] =
      /^\/apis\/([^/]+)\/([^/]+)\/namespaces\/[^/]+\/([^/]+)$/.exec(path) ?? [];
    return this.definitions.has(`${group}/${version}/${plural}`);
  }

  #list(path: string): { status: number; body: object } {
    const paths = [...this.objects.keys()].filter((key) => key.startsWith(`${path}/`));
    const answers = paths.map((key) => this.#linger(key, this.objects.get(key) as StoredObject));
    return {
      status: 200,
      body: { items: answers.filter(({ status }) => status === 200).map(({ body }) => body) },
    };
  }

  /**
   * A page of a kind's objects in all namespaces. An empty list of metadata has no items at all.
   */
  #listCore(plural: string, { limit, continue: from }: FakeRequest["query"]) {
    const pattern = plural === "namespaces" ? "namespaces" : `namespaces/[^/]+/${plural}`;
    const all = [...this.objects].filter(([path]) =>
      new RegExp(`^/api/v1/${pattern}/[^/]+$`).test(path),
    );
    const start = Number(from ?? 0);
    const end = start + Number(limit ?? all.length);
    const items = all.slice(start, end).map(([, object]) => object);
    const metadata = end < all.length ? { continue: `${end}` } : {};
    return { status: 200, body: { metadata, items: items.length === 0 ? null : items } };
  }

  /** A deleted object remains as long as it has finalizers. */
  #linger(path: string, found: StoredObject): { status: number; body: object } {
    const left = this.#deleted.get(path);
    const held = ((found.metadata.finalizers as string[] | undefined) ?? []).length > 0;
    if (left === undefined || left > 0 || held) {
      if (left !== undefined) this.#deleted.set(path, left - 1);
      return { status: 200, body: found };
    }
    this.objects.delete(path);
    this.#deleted.delete(path);
    return fail(404, "NotFound", `${path} not found`);
  }
}

function fail(status: number, reason: string, message: string) {
  return { status, body: { kind: "Status", status: "Failure", reason, message, code: status } };
}

async function read(request: IncomingMessage): Promise<FakeRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString("utf8");
  const url = new URL(request.url ?? "/", "http://127.0.0.1");
  return {
    method: request.method ?? "",
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    contentType: request.headers["content-type"] ?? "",
    accept: request.headers.accept ?? "",
    body: text === "" ? {} : JSON.parse(text),
  };
}
