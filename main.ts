/**
 * The entry point. Before anything is registered, the Pachyderm provider receives what belongs to the
 * stack and what a change may cost, and a stack that adopts searches for existing objects.
 */
import "./program/sdk-workarounds";
import { adoptExisting } from "./program/adoption";
import { announceStack } from "./program/change-costs";
import { config } from "./program/config";

const prepared = Promise.all([announceStack(config), config.adopt && adoptExisting(config)]);

export = prepared.then(() => require("./index"));
