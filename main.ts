/**
 * Where Pulumi starts. A stack that adopts looks for what exists before anything is registered,
 * which takes time; any other starts at once.
 */
import "./sdk-workarounds";
import { isAdopting, readConfig } from "./config";
import { adoptExisting } from "./program/adoption";

const program = () => require("./index");

export = isAdopting() ? adoptExisting(readConfig()).then(program) : program();
