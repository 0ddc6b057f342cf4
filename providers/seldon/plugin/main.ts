import { runPlugin } from "../../kit/run";
import { SeldonPlugin } from "./plugin";

/** Filled in by the build with the package's version. */
declare const PLUGIN_VERSION: string;

runPlugin((log) => new SeldonPlugin(PLUGIN_VERSION, log)).catch((error: Error) => {
  console.error(error.message);
  process.exit(1);
});
