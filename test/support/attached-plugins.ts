import { type AddressInfo, connect, createServer, type Server } from "node:net";
import { EngineLog, type Log } from "../../providers/kit/engine-log";
import type { Plugin } from "../../providers/kit/handler";
import { PluginServer } from "../../providers/kit/server";
import { isStandIn } from "../../sandbox/engine/plugins";
import { sdkVersion } from "../../sandbox/stand-ins/pulumi-plugins/build";
import { GcpPlugin } from "../../sandbox/stand-ins/pulumi-plugins/gcp/plugin";
import { KubernetesPlugin } from "../../sandbox/stand-ins/pulumi-plugins/kubernetes/plugin";

type Environment = Readonly<Record<string, string | undefined>>;

const standIns: Readonly<
  Record<string, (version: string, log: Log, environment: Environment) => Plugin>
> = {
  gcp: (version, log) => new GcpPlugin(version, log),
  kubernetes: (version, log, environment) => new KubernetesPlugin(version, log, environment),
};

/** The ports by provider, for each environment as the stand-ins see it. */
const listening = new Map<string, Promise<Readonly<Record<string, number>>>>();

/**
 * Serves the stand-ins for Pulumi's plugins in this process, because starting them takes a fifth of
 * an update's time. Each update has its own plugins, as if the engine had started them. Returns the
 * variable that makes the engine attach to them:
 * https://github.com/pulumi/pulumi/blob/v3.259.0/sdk/go/common/resource/plugin/provider_plugin.go
 * @param plugins the origin of each provider's plugin; the engine starts official ones as usual
 * @param environment the environment of the engine, which its plugins inherit
 */
export async function attachPlugins(
  plugins: Readonly<Record<string, string>>,
  environment: Environment,
): Promise<{ readonly PULUMI_DEBUG_PROVIDERS?: string }> {
  const read = Object.entries(environment).filter(([name]) =>
    /^(KUBECONFIG$|PULUMI_K8S_)/.test(name),
  );
  const key = JSON.stringify(read.sort());
  const ports = listening.get(key) ?? listenForAll(Object.fromEntries(read));
  listening.set(key, ports);
  const attached = Object.entries(await ports).filter(([name]) => isStandIn(plugins[name]));
  if (attached.length === 0) return {};
  return { PULUMI_DEBUG_PROVIDERS: attached.map((pair) => pair.join(":")).join(",") };
}

async function listenForAll(environment: Environment): Promise<Record<string, number>> {
  const ports = Object.entries(standIns).map(async ([provider, make]) => {
    const version = await sdkVersion(provider);
    const server = acceptEngines((log) => make(version, log, environment));
    return [provider, await listen(server)] as const;
  });
  return Object.fromEntries(await Promise.all(ports));
}

/** Gives each connection, which is one provider of one update, its own plugin. */
function acceptEngines(make: (log: Log) => Plugin): Server {
  return createServer({ pauseOnConnect: true }, async (engine) => {
    const log = new EngineLog();
    const server = new PluginServer(make(log), (address) => log.attach(address));
    const plugin = connect(await server.listen(), "127.0.0.1");
    const end = () => {
      engine.destroy();
      plugin.destroy();
      void server.close();
    };
    for (const socket of [engine, plugin]) socket.setNoDelay().on("error", end).on("close", end);
    engine.pipe(plugin).pipe(engine);
  });
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      server.unref(); // does not keep the tests' process running
      resolve((server.address() as AddressInfo).port);
    });
  });
}
