import { type Answer, ExchangeError } from "../../providers/kit/http-exchange";
import { jsonOf, request } from "../http";

/** A repository on GitHub, and how to access it. */
export interface Repository {
  /** `https://api.github.com`, or that of a GitHub Enterprise Server. */
  readonly api: string;
  /** `owner/name`. */
  readonly repository: string;
  readonly token: string;
  /** The author of the comments; markers in comments by anyone else are ignored. */
  readonly author: string;
  /** The environment with HTTPS_PROXY, HTTP_PROXY and NO_PROXY. */
  readonly variables?: NodeJS.ProcessEnv;
}

const TIMEOUT_MS = 30_000;

/** A page of 100 comments of 65,535 characters, each of which JSON may write as six. */
const MAX_BYTES = 48 * 1024 * 1024;

/** All pages of a list: in a long discussion, the comment may not be on the first one. */
export async function* pages<Page>(repository: Repository, first: string): AsyncGenerator<Page> {
  let page: string | undefined = first;
  while (page !== undefined) {
    const response: Answer = await call(repository, "GET", page);
    yield JSON.parse(response.text) as Page;
    page = nextPage(response.headers.link, repository.api);
  }
}

/**
 * The next page, from the `Link` header:
 * https://docs.github.com/rest/using-the-rest-api/using-pagination-in-the-rest-api
 */
function nextPage(link: string | string[] | undefined, api: string): string | undefined {
  const next = /<([^>]+)>;\s*rel="next"/.exec(String(link ?? ""))?.[1];
  // the token is never sent to another server, even if the header names one
  return next?.startsWith(`${api}/`) ? next.slice(api.length) : undefined;
}

/**
 * Sends one request to GitHub. Throws an error with the reason if the response is not a success.
 */
export async function call(
  { api, token, variables = {} }: Repository,
  method: string,
  path: string,
  body?: object,
): Promise<Answer> {
  const headers = {
    accept: "application/vnd.github+json",
    authorization: `Bearer ${token}`,
    // GitHub rejects requests without one
    "user-agent": "pachyderm-seldon",
    "x-github-api-version": "2022-11-28",
    ...(body && { "content-type": "application/json" }),
  };
  const response = await request(new URL(`${api}${path}`), {
    method,
    headers,
    ...(body && { body: JSON.stringify(body) }),
    timeoutMs: TIMEOUT_MS,
    maxBytes: MAX_BYTES,
    variables,
  }).catch((error: Error) => {
    if (!(error instanceof ExchangeError)) throw error;
    throw new Error(`cannot connect to GitHub at ${api}: ${error.message}`);
  });
  if (response.status >= 200 && response.status < 300) return response;
  throw new Error(
    `GitHub returned ${response.status} for ${method} ${path}: ${reasonOf(response)}`,
  );
}

function reasonOf(response: Answer): string {
  const message = jsonOf(response)?.message;
  if (typeof message !== "string") return response.text.slice(0, 200);
  return response.status === 403
    ? `${message} (the job does not have a required permission)`
    : message;
}
