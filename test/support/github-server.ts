import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

interface StoredComment {
  readonly id: number;
  /** The number of the pull request. */
  readonly number: number;
  body: string;
  readonly user: { readonly login: string };
}

interface StoredIssue {
  readonly number: number;
  title: string;
  body: string;
  state: string;
  readonly user: { readonly login: string };
}

interface StoredCheckRun {
  readonly id: number;
  readonly head_sha: string;
  readonly external_id: string;
  readonly name: string;
  readonly status: string;
  readonly conclusion: string;
  readonly output: { readonly title: string; readonly summary: string };
}

type Send = (status: number, body: object, headers?: object) => void;

const PER_PAGE = 100;

/**
 * A server that keeps a repository's issues, the comments of pull requests and the check runs of
 * commits as GitHub's API does: pages with a `Link` header, 401 without the token, 422 for a body
 * of more than 65,535 characters or a summary of more than 65,535 bytes.
 * https://docs.github.com/rest/issues/comments, https://docs.github.com/rest/checks/runs
 */
export class GithubServer {
  readonly comments: StoredComment[] = [];
  readonly issues: StoredIssue[] = [];
  readonly checkRuns: StoredCheckRun[] = [];
  /** `METHOD path` of each request, in order. */
  readonly requests: string[] = [];
  /** The pull requests of each commit, and of each `owner:branch`, as GitHub lists them. */
  readonly pulls: Record<string, readonly object[]> = {};
  /** The pull request that can be read. */
  readonly pullRequest = { number: 12, state: "open", labels: [{ name: "preview-env" }] };
  /** The response to the next request, instead of the usual one. */
  refusal: { readonly status: number; readonly message: string } | undefined;
  readonly #server = createServer((request, response) => void this.#answer(request, response));

  static async start(): Promise<GithubServer> {
    const github = new GithubServer();
    github.#server.listen(0, "127.0.0.1");
    await once(github.#server, "listening");
    return github;
  }

  /** The variables that make a script use it. */
  get environment(): Readonly<Record<string, string>> {
    return {
      GITHUB_TOKEN: "t0ken",
      GITHUB_REPOSITORY: "acme/ml",
      GITHUB_API_URL: this.address,
    };
  }

  get address(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  add(login: string, body: string, number = 12): number {
    const id = 1000 + this.comments.length;
    this.comments.push({ id, number, body, user: { login } });
    return id;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const text = Buffer.concat(await request.toArray()).toString();
    const url = new URL(request.url ?? "", this.address);
    this.requests.push(`${request.method} ${url.pathname}${url.search}`);
    const send: Send = (status, body, headers = {}) => {
      response.writeHead(status, { "content-type": "application/json", ...headers });
      response.end(JSON.stringify(body));
    };
    if (this.refusal) return send(this.refusal.status, { message: this.refusal.message });
    // https://docs.github.com/rest/using-the-rest-api/getting-started-with-the-rest-api#user-agent
    if (!request.headers["user-agent"]) {
      return send(403, { message: "Request forbidden by administrative rules." });
    }
    if (request.headers.authorization !== "Bearer t0ken") {
      return send(401, { message: "Bad credentials" });
    }
    const list = /^\/repos\/acme\/ml\/issues\/(\d+)\/comments$/.exec(url.pathname)?.[1];
    const commit = /^\/repos\/acme\/ml\/commits\/(\w+)\/pulls$/.exec(url.pathname)?.[1];
    if (commit !== undefined) return send(200, this.pulls[commit] ?? []);
    if (url.pathname === `/repos/acme/ml/pulls/${this.pullRequest.number}`)
      return send(200, this.pullRequest);
    if (url.pathname === "/repos/acme/ml/pulls") {
      return send(200, this.pulls[url.searchParams.get("head") ?? ""] ?? []);
    }
    if (url.pathname.startsWith("/repos/acme/ml/issues") && !url.pathname.includes("/comments")) {
      return this.#answerIssues(request.method ?? "", url, text, send);
    }
    const checks = /^\/repos\/acme\/ml(?:\/commits\/(\w+))?\/check-runs(?:\/(\d+))?$/.exec(
      url.pathname,
    );
    if (checks !== null) {
      const [, sha, id] = checks;
      if (request.method === "GET") return this.#listCheckRuns(sha, url, send);
      return this.#changeCheckRun(id, JSON.parse(text) as StoredCheckRun, send);
    }
    if (request.method === "GET" && list !== undefined) {
      const ofOne = this.comments.filter(({ number }) => String(number) === list);
      return this.#list(ofOne, url, send);
    }
    if (request.method === "GET") return send(404, { message: "Not Found" });
    const { body = "" } = JSON.parse(text) as { body?: string };
    if (body.length > 65_535) return send(422, { message: "Validation Failed" });
    if (request.method === "POST" && list !== undefined) {
      const id = this.add("github-actions[bot]", body, Number(list));
      return send(201, { html_url: `#${id}` });
    }
    const id = /^\/repos\/acme\/ml\/issues\/comments\/(\d+)$/.exec(url.pathname)?.[1];
    const comment = this.comments.find((one) => String(one.id) === id);
    if (request.method !== "PATCH" || comment === undefined) {
      return send(404, { message: "Not Found" });
    }
    comment.body = body;
    send(200, { html_url: `#${comment.id}` });
  }

  #listCheckRuns(sha: string | undefined, url: URL, send: Send): void {
    const runs = this.checkRuns.filter(({ head_sha }) => head_sha === sha);
    this.#list(runs, url, (status, page, headers) =>
      send(status, { total_count: runs.length, check_runs: page }, headers),
    );
  }

  #changeCheckRun(id: string | undefined, fields: StoredCheckRun, send: Send): void {
    const { name, head_sha, output } = fields;
    const isComplete = name && output?.title && output.summary && (id ?? head_sha);
    const existing = this.checkRuns.find((run) => String(run.id) === id);
    if (!isComplete || Buffer.byteLength(output.summary) > 65_535) {
      send(422, { message: "Invalid request" });
    } else if (id === undefined) {
      const run = { ...fields, id: 5000 + this.checkRuns.length };
      this.checkRuns.push(run);
      send(201, { html_url: `#check-${run.id}` });
    } else if (existing === undefined) {
      send(404, { message: "Not Found" });
    } else {
      Object.assign(existing, fields);
      send(200, { html_url: `#check-${id}` });
    }
  }

  #answerIssues(method: string, url: URL, text: string, send: Send): void {
    if (method === "GET") this.#listIssues(url, send);
    else this.#changeIssue(method, url, JSON.parse(text) as Partial<StoredIssue>, send);
  }

  #listIssues(url: URL, send: Send): void {
    const creator = url.searchParams.get("creator");
    const isOpen = ({ state, user }: StoredIssue) => state === "open" && user.login === creator;
    this.#list(this.issues.filter(isOpen), url, send);
  }

  #changeIssue(method: string, url: URL, fields: Partial<StoredIssue>, send: Send): void {
    const number = Number(url.pathname.split("/").at(-1));
    const existing = this.issues.find((one) => one.number === number);
    if (method === "POST") {
      const issue = { number: this.issues.length + 1, title: "", body: "", state: "open" };
      this.issues.push({ ...issue, ...fields, user: { login: "github-actions[bot]" } });
      send(201, {});
    } else if (method === "PATCH" && existing !== undefined) {
      Object.assign(existing, fields);
      send(200, {});
    } else {
      send(404, { message: "Not Found" });
    }
  }

  #list(items: readonly object[], url: URL, send: Send): void {
    const page = Number(url.searchParams.get("page") ?? 1);
    const size = Math.min(PER_PAGE, Number(url.searchParams.get("per_page") ?? 30));
    const rest = items.slice((page - 1) * size);
    url.searchParams.set("page", String(page + 1));
    const link = rest.length > size ? { link: `<${url.href}>; rel="next"` } : {};
    send(200, rest.slice(0, size), link);
  }
}
