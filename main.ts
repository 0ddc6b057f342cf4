/**
 * The entry point. Before any resource is registered, the Pachyderm provider receives a description
 * of the stack and its budget, and a stack that adopts looks for existing objects.
 */
import "./program/sdk-workarounds";
import { adoptExisting } from "./program/adoption";
import { announceStack } from "./program/change-costs";
import { config } from "./program/config";

const prepared = Promise.all([announceStack(config), config.adopt && adoptExisting(config)]);

export = prepared.then(() => require("./index"));
