import { runPlugin } from "../../../../providers/kit/run";
import { GcpPlugin } from "./plugin";

/** The version of the SDK that requests the plugin, set by the build. */
declare const PLUGIN_VERSION: string;

runPlugin((log) => new GcpPlugin(PLUGIN_VERSION, log)).catch((error: Error) => {
  console.error(error.message);
  process.exit(1);
});
