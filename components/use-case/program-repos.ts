/** The repos that the pipelines of a use case read. */

import * as pulumi from "@pulumi/pulumi";
import type { PipelineSpec } from "../../providers/pachyderm";
import {
  DEFAULT_BRANCH,
  DEFAULT_PROJECT,
  mapInputLeaves,
  repoRead,
} from "../../providers/pachyderm/rules";

/** A repo of the program. */
export interface ProgramRepo {
  /** Its name. A reader of the repo waits for the resource that creates it. */
  readonly repo: pulumi.Output<string>;
  /** The use case's own branch of the repo, and the branch that it replaces as the input. */
  readonly branch?: { readonly name: pulumi.Input<string>; readonly of: pulumi.Input<string> };
}

/** The repos of the program by name. Each is created when it is first read. */
export class ProgramRepos {
  readonly #makers = new Map<string, () => ProgramRepo>();

  /** Adds a repo; one whose name is known only later has no readers by name. */
  add(name: pulumi.Input<string> | undefined, make: () => ProgramRepo): void {
    if (typeof name === "string") this.#makers.set(name, make);
  }

  get(name: pulumi.Input<string>): ProgramRepo | undefined {
    return typeof name === "string" ? this.#makers.get(name)?.() : undefined;
  }

  /** All repos by name, including those that nothing has read yet, which this creates. */
  all(): Record<string, pulumi.Output<string>> {
    return Object.fromEntries([...this.#makers].map(([name, make]) => [name, make().repo]));
  }

  /**
   * The spec with the repos of the program in its input. Repos of other projects are not repos of
   * the program.
   */
  connect(spec: PipelineSpec, project = DEFAULT_PROJECT): PipelineSpec {
    if (spec.input === undefined) return spec;
    const input = mapInputLeaves(spec.input, (leaf) => {
      const name = repoRead(leaf, project);
      const known = name === undefined ? undefined : this.get(name);
      if (known === undefined) return leaf.fields;
      const { repo, branch } = known;
      const isOwn = branch !== undefined && (leaf.fields.branch || DEFAULT_BRANCH) === branch.of;
      return { ...leaf.fields, repo, ...(isOwn && { branch: branch.name }) };
    });
    return { ...spec, input: input as typeof spec.input };
  }
}

/** Calls a function once, and refuses a call within that call: what it creates would wait for itself. */
export function once<T>(description: string, make: () => T): () => T {
  let state: { readonly value: T } | "running" | undefined;
  return () => {
    if (state === "running")
      throw new pulumi.RunError(
        `${description} reads its own output, directly or through other pipelines`,
      );
    if (state !== undefined) return state.value;
    state = "running";
    const value = make();
    state = { value };
    return value;
  };
}
