import { runPlugin } from "../../kit/run";
import { PachydermPlugin } from "./plugin";

/** The package's version, set by the build. */
declare const PLUGIN_VERSION: string;

runPlugin((log) => new PachydermPlugin(PLUGIN_VERSION, log)).catch((error: Error) => {
  console.error(error.message);
  process.exit(1);
});
