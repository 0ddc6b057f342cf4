/** Access tokens for Google Cloud. They expire by themselves; nothing is stored. */
import { createSign } from "node:crypto";
import { isNotInstalled, lastLines, run } from "../../command-line/processes/run";
import { describeNoAnswer, type HttpRequest, jsonOf, request } from "../http";
import type { GoogleCredentials, GoogleKey } from "./credentials";

const SCOPE = "https://www.googleapis.com/auth/cloud-platform";
const TOKEN_URI = "https://oauth2.googleapis.com/token";
const LOGIN = "gcloud auth application-default login";

/** How to log in, for messages. */
export const LOGIN_HINT = `run \`${LOGIN}\`, or set GOOGLE_APPLICATION_CREDENTIALS to the path of a key`;

export interface TokenOptions {
  readonly variables: NodeJS.ProcessEnv;
  /** A service account to act as. */
  readonly impersonate?: string | undefined;
  /** Default: Google's. */
  readonly iamCredentials?: string;
}

/** @throws Error with the reason why no token was obtained, without the credentials */
export async function obtainToken(
  credentials: GoogleCredentials,
  options: TokenOptions,
): Promise<string> {
  const token = await ownToken(credentials, options);
  return options.impersonate === undefined ? token : await impersonated(token, options);
}

function ownToken(credentials: GoogleCredentials, { variables }: TokenOptions): Promise<string> {
  switch (credentials.kind) {
    case "token":
      return Promise.resolve(credentials.token);
    case "key":
      return tokenOfKey(credentials.key, variables);
    case "machine":
      return tokenOfMachine(variables);
  }
}

async function tokenOfKey(key: GoogleKey, variables: NodeJS.ProcessEnv): Promise<string> {
  const { type, client_id, client_secret, refresh_token } = key;
  if (type === "service_account") {
    return await exchangeToken(key, variables, {
      grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer",
      assertion: signedClaim(key),
    });
  }
  if (type === "authorized_user" && client_id && client_secret && refresh_token) {
    const grant = { grant_type: "refresh_token", client_id, client_secret, refresh_token };
    return await exchangeToken(key, variables, grant);
  }
  return await tokenOfGcloud(type, variables);
}

/** https://developers.google.com/identity/protocols/oauth2/service-account#httprest */
function signedClaim({ client_email, private_key, token_uri = TOKEN_URI }: GoogleKey): string {
  const now = Math.floor(Date.now() / 1000);
  const claim = { iss: client_email, scope: SCOPE, aud: token_uri, iat: now, exp: now + 600 };
  const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString("base64url");
  const unsigned = `${encode({ alg: "RS256", typ: "JWT" })}.${encode(claim)}`;
  try {
    const signer = createSign("RSA-SHA256").update(unsigned);
    return `${unsigned}.${signer.sign(private_key ?? "", "base64url")}`;
  } catch {
    throw new Error("the private_key in the service account's key is not valid");
  }
}

function exchangeToken(
  { token_uri = TOKEN_URI }: GoogleKey,
  variables: NodeJS.ProcessEnv,
  grant: Record<string, string>,
): Promise<string> {
  return ask(new URL(token_uri), {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams(grant).toString(),
    variables,
  });
}

/** https://cloud.google.com/compute/docs/access/authenticate-workloads#applications */
async function tokenOfMachine(variables: NodeJS.ProcessEnv): Promise<string> {
  const host = variables.GCE_METADATA_HOST ?? "metadata.google.internal";
  const path = "/computeMetadata/v1/instance/service-accounts/default/token";
  try {
    return await ask(new URL(path, `http://${host}`), {
      headers: { "metadata-flavor": "Google" },
      timeoutMs: 2_000,
    });
  } catch {
    throw new Error("no Google Cloud credentials found, and this machine has no service account");
  }
}

/**
 * Credentials that only Google's own tools can exchange, such as those of workload identity
 * federation.
 */
async function tokenOfGcloud(
  type: string | undefined,
  variables: NodeJS.ProcessEnv,
): Promise<string> {
  const args = ["auth", "application-default", "print-access-token"];
  const options = { env: variables, timeout: 10_000, allowFailure: true };
  const result = await run("gcloud", args, options);
  if (result.code === 0) return result.stdout.trim();
  const kind = `credentials of type ${JSON.stringify(type ?? "")} require gcloud`;
  if (isNotInstalled(result)) throw new Error(`${kind}, which is not on PATH`);
  throw new Error(`${kind}, which failed: ${lastLines(result.stderr, 1)}`);
}

/** https://cloud.google.com/iam/docs/reference/credentials/rest/v1/projects.serviceAccounts/generateAccessToken */
function impersonated(token: string, options: TokenOptions): Promise<string> {
  const { impersonate = "", variables } = options;
  const { iamCredentials = "https://iamcredentials.googleapis.com" } = options;
  const path = `/v1/projects/-/serviceAccounts/${encodeURIComponent(impersonate)}:generateAccessToken`;
  return ask(new URL(path, iamCredentials), {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify({ scope: [SCOPE], lifetime: "300s" }),
    variables,
  });
}

async function ask(url: URL, call: HttpRequest): Promise<string> {
  const answer = await request(url, call).catch((error: unknown) => {
    throw new Error(`${url.host} did not return a token: ${describeNoAnswer(error)}`);
  });
  const { access_token, accessToken, error, error_description } = jsonOf(answer) ?? {};
  const token = access_token ?? accessToken;
  if (answer.status === 200 && typeof token === "string") return token;
  const reason =
    typeof error === "object" ? (error as { message?: string } | null)?.message : error;
  const details = [reason, error_description].filter((text) => typeof text === "string").join(": ");
  throw new Error(`${url.host} did not return a token: ${details || `status ${answer.status}`}`);
}
