/**
 * Where Pulumi starts. A stack that adopts looks for what exists before anything is registered,
 * which takes time; any other starts at once.
 */
import { adoptExisting } from "./adoption";
import { readConfig } from "./config";
import { dropDebugMessages } from "./debug-messages";

dropDebugMessages();

const config = readConfig();
const program = () => require("./index");

export = config.adopt ? adoptExisting(config).then(program) : program();
