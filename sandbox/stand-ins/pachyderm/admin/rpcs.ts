import type { Call } from "../call";
import { type Rpc, rpc } from "../rpc";
import { message } from "../spec/messages";

interface ClientVersion {
  readonly major: number;
  readonly minor: number;
}

const SCHEMA_URL =
  "https://raw.githubusercontent.com/pachyderm/pachyderm/master/src/internal/jsonschema/pps_v2/CreatePipelineRequest.schema.json";

export const ADMIN_RPCS: Readonly<Record<string, Rpc>> = {
  "versionpb_v2.API/GetVersion": rpc(message({}), (_, call) => getVersion(call), { open: true }),
  "admin_v2.API/InspectCluster": rpc<{ readonly clientVersion: ClientVersion | null }>(
    message({ clientVersion: message({ major: "int32", minor: "int32", micro: "int32" }) }),
    ({ clientVersion }, call) => inspectCluster(call, clientVersion),
    { open: true },
  ),
};

function getVersion({ settings }: Call): object {
  return {
    ...settings.version,
    additional: "",
    gitCommit: "",
    gitTreeModified: "",
    buildDate: "",
    goVersion: process.version,
    platform: process.arch,
  };
}

function inspectCluster(call: Call, client: ClientVersion | null): object {
  const { version } = call.settings;
  return {
    id: call.view(({ db }) => db.cluster.get("id")),
    deploymentId: "",
    warningsOk: true,
    warnings: clientWarnings(client, version),
    proxyHost: "",
    proxyTls: false,
    paused: false,
    webResources: {
      archiveDownloadBaseUrl: "/archive/",
      createPipelineRequestJsonSchemaUrl: SCHEMA_URL,
    },
    metadata: {},
    ...(version.minor >= 12 && { pendingRestart: false, restartInfo: "" }),
  };
}

function clientWarnings(client: ClientVersion | null, server: ClientVersion): string[] {
  const warning = (what: string) => [`WARNING: The client used to connect to Pachyderm ${what}`];
  if (client === null)
    return warning(
      "did not send its version, which means that it is likely too old.  Please upgrade it.",
    );
  const age = (client.major - server.major) * 1000 + client.minor - server.minor;
  if (age < 0) return warning("is much older than the server; please upgrade the client.");
  if (age > 0)
    return warning(
      "is much newer than the server; please use a version of the client that matches the server.",
    );
  return [];
}
