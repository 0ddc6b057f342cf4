/** Whether Pachyderm is reachable and accepts the token. */
import { setCommand } from "../../../config/messages";
import {
  type Api,
  isUnauthenticated,
  NotPachydermError,
} from "../../../providers/pachyderm/client";
import { type Check, failed, type Outcome, passed, unchecked, warning } from "../check";
import { answering, type CheckedStack, type PachydermServer } from "../checked-stack";

/** A token that expires this soon may not be valid for the next updates. */
const SOON_MS = 24 * 60 * 60 * 1000;

export function pachydermChecks(checked: CheckedStack): Check[] {
  const area = "pachyderm";
  const server = () => answering("Pachyderm", checked.pachyderm);
  return [
    { area, name: "server", title: "server", run: () => checkServer(checked) },
    { area, name: "auth", title: "token", run: async () => [await checkAuth(await server())] },
    {
      area,
      name: "cluster",
      title: "same cluster",
      run: async () => [await checkCluster(checked, await server())],
    },
    {
      area,
      name: "project",
      title: "project",
      run: async () => [await checkProject(checked, await server())],
    },
    {
      area,
      name: "pac-token",
      title: "pac_token",
      run: async () => await checkPacToken(checked, await server()),
    },
  ];
}

async function checkServer({ config, pachyderm }: CheckedStack): Promise<Outcome[]> {
  const { address } = config.pachyderm;
  try {
    const { version, settings, api } = await pachyderm();
    const { major, minor, micro } = version;
    const encrypted = settings.address.tls ? "with TLS" : "without TLS";
    return [passed(`Pachyderm ${major}.${minor}.${micro} at ${api.client.address}, ${encrypted}`)];
  } catch (error) {
    const { message } = error as Error;
    const key = setCommand(["pachyderm", "address"]);
    if (error instanceof NotPachydermError) return [failed(message, `correct the address: ${key}`)];
    if (/does not use TLS/.test(message)) return [failed(message, `correct the address: ${key}`)];
    if (/certificate|self.signed|TLS|SSL/i.test(message)) {
      return [failed(message, trustHint(address))];
    }
    return [
      failed(message, `check the address (${key}), and whether you need a port-forward or VPN`),
    ];
  }
}

function trustHint(address: string): string {
  return `if ${address} has a certificate from a private authority, add the authority's certificate to server_cas of pachctl's active context with this address, or set NODE_EXTRA_CA_CERTS to its file`;
}

async function checkAuth({ api, settings }: PachydermServer): Promise<Outcome> {
  try {
    if (!(await api.auth.isActive())) return passed("auth is not activated: no token is required");
  } catch (error) {
    if (!isUnauthenticated(error)) throw error;
    // the message says what to do
    const [found = "", action = "set PACHYDERM_TOKEN to a valid token"] =
      error.message.split(/: (?=set PACHYDERM_TOKEN)/);
    return failed(`auth is activated: ${found}`, action);
  }
  const { username = "", expiration = null } =
    (await api.auth.describeToken(settings.token ?? "")) ?? {};
  if (expiration === null) return passed(`the token belongs to ${username} and never expires`);
  const found = `the token belongs to ${username} and expires at ${expiration}`;
  if (Date.parse(expiration) - Date.now() > SOON_MS) return passed(found);
  return warning(found, "set PACHYDERM_TOKEN to a token that is valid for longer");
}

async function checkCluster({ state }: CheckedStack, { api }: PachydermServer): Promise<Outcome> {
  const recorded = state?.clusterId("pachyderm:index:");
  const found = await api.clusterId();
  if (recorded === undefined) return passed("the stack has no Pachyderm resources yet");
  if (recorded === found)
    return passed("this is the Pachyderm cluster that the stack was created on");
  return failed(
    `the stack was created on a different Pachyderm cluster (id ${recorded}); the one at ${api.client.address} has id ${found}`,
    `restore the address: ${setCommand(["pachyderm", "address"])}`,
  );
}

async function checkProject(
  { config: { pachyderm } }: CheckedStack,
  { api }: PachydermServer,
): Promise<Outcome> {
  const { project } = pachyderm;
  if ((await api.projects.inspect(project)) !== undefined) return passed(`${project} exists`);
  return failed(
    `project ${project} does not exist`,
    `create it with \`pachctl create project ${project}\`, or set an existing one: ${setCommand(["pachyderm", "project"])}`,
  );
}

/** The token with which the images call Pachyderm. */
async function checkPacToken(
  { values: { credentials }, decrypted }: CheckedStack,
  { api }: PachydermServer,
): Promise<Outcome[]> {
  const token = credentials?.pac_token;
  if (!(await hasAuth(api)) || token === undefined) return [];
  if (!decrypted) return [unchecked("the secrets cannot be decrypted")];
  const set = setCommand(["credentials", "pac_token"], { secret: true });
  if (token === "") {
    return [warning("auth is activated, but credentials.pac_token is empty", `set it: ${set}`)];
  }
  const owner = await api.auth.describeToken(token);
  if (owner === undefined) {
    return [
      failed(
        "credentials.pac_token is not valid, has expired, or has been revoked",
        `create a token with \`pachctl auth get-robot-token seldon\`, and set it: ${set}`,
      ),
    ];
  }
  const until = owner.expiration === null ? "never expires" : `expires at ${owner.expiration}`;
  return [passed(`credentials.pac_token belongs to ${owner.username} and ${until}`)];
}

/** Whether auth is activated, which is also true if the server rejects the token. */
async function hasAuth(api: Api): Promise<boolean> {
  try {
    return await api.auth.isActive();
  } catch (error) {
    if (isUnauthenticated(error)) return true;
    throw error;
  }
}
