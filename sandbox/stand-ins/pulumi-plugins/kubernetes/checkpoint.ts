import { randomBytes } from "node:crypto";
import { isMap, reveal, type ValueMap } from "../../../../providers/kit/values";
import { markSecrets } from "./objects";

/** What a resource's state holds: the live object, and what must be known to change it later. */
export interface Checkpoint {
  /** What was asked for last. */
  readonly inputs: ValueMap;
  readonly live: ValueMap;
  /** Under which name this resource owns its fields. */
  readonly fieldManager: string;
  readonly initialApiVersion: string;
}

/** The state in the official plugin's form. */
export function toState(checkpoint: Checkpoint, marked: ValueMap): ValueMap {
  return {
    ...markSecrets(checkpoint.live, marked),
    __inputs: markSecrets(checkpoint.inputs, marked),
    __initialApiVersion: checkpoint.initialApiVersion,
    __fieldManager: checkpoint.fieldManager,
  };
}

/** Reads a state, with nothing in it secret any more: it must not be shown. */
export function fromState(state: ValueMap, apiVersion: string): Checkpoint {
  const { __inputs, __initialApiVersion, __fieldManager, ...live } = reveal(state) as ValueMap;
  return {
    inputs: isMap(__inputs) ? __inputs : {},
    live,
    fieldManager: typeof __fieldManager === "string" ? __fieldManager : newFieldManager(),
    initialApiVersion: typeof __initialApiVersion === "string" ? __initialApiVersion : apiVersion,
  };
}

export function newFieldManager(): string {
  return `pulumi-kubernetes-${randomBytes(4).toString("hex")}`;
}
