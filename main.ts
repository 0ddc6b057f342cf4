/**
 * Where Pulumi starts. Before anything is registered, the Pachyderm provider learns what belongs to
 * the stack and what a change may cost, and a stack that adopts looks for what exists.
 */
import "./sdk-workarounds";
import { adoptExisting } from "./program/adoption";
import { announceStack } from "./program/change-costs";
import { config } from "./program/config";

const prepared = Promise.all([announceStack(config), config.adopt && adoptExisting(config)]);

export = prepared.then(() => require("./index"));
