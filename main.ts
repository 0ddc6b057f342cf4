/**
 * Where Pulumi starts. A stack that adopts looks for what exists before anything is registered,
 * which takes time; any other starts at once.
 */

import { readConfig } from "./config";
import { adoptExisting } from "./program/adoption";
import { dropDebugMessages } from "./sdk-workarounds";

dropDebugMessages();

const config = readConfig();
const program = () => require("./index");

export = config.adopt ? adoptExisting(config).then(program) : program();
