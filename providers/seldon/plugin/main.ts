import { runPlugin } from "../../kit/run";
import { SeldonPlugin } from "./plugin";

/** The package's version, set by the build. */
declare const PLUGIN_VERSION: string;

runPlugin((log) => new SeldonPlugin(PLUGIN_VERSION, log)).catch((error: Error) => {
  console.error(error.message);
  process.exit(1);
});
