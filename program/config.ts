import * as pulumi from "@pulumi/pulumi";
import { readConfig, requireProject } from "../config";

requireProject(pulumi.getProject());

/** The stack's configuration, read once in a run. */
export const config = readConfig();
