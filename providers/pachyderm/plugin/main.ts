import { runPlugin } from "../../kit/run";
import { PachydermPlugin } from "./plugin";

/** Filled in by the build with the package's version. */
declare const PLUGIN_VERSION: string;

runPlugin((log) => new PachydermPlugin(PLUGIN_VERSION, log)).catch((error: Error) => {
  console.error(error.message);
  process.exit(1);
});
