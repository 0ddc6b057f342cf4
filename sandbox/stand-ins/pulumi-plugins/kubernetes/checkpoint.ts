import { randomBytes } from "node:crypto";
import { isMap, reveal, type ValueMap } from "../../../../providers/kit/values";
import { markSecrets } from "./objects";

/** A resource's state: the live object, and what later changes require. */
export interface Checkpoint {
  /** The last inputs. */
  readonly inputs: ValueMap;
  readonly live: ValueMap;
  /** The field manager of this resource. */
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

/** Reads a state without secret marks: it must not be shown. */
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
