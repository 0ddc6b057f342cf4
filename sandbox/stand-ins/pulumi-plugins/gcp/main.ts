import { runPlugin } from "../../../../providers/kit/run";
import { GcpPlugin } from "./plugin";

/** Filled in by the build with the version of the SDK that asks for the plugin. */
declare const PLUGIN_VERSION: string;

runPlugin((log) => new GcpPlugin(PLUGIN_VERSION, log)).catch((error: Error) => {
  console.error(error.message);
  process.exit(1);
});
