/**
 * Adopts existing objects by name, for one update: a resource whose object exists gets the resource
 * option `import`, which the engine ignores for resources that are already in the state.
 */
import * as pulumi from "@pulumi/pulumi";
import { adoptedId, noteAdopted } from "../../components/common/adopted";
import type { Config } from "../../config";
import { stackProviders } from "../providers";
import { candidates } from "./candidates";
import { findExisting } from "./find-existing";

/** Searches for existing objects; resources that are registered afterwards import them. */
export async function adoptExisting(config: Config): Promise<void> {
  if (pulumi.runtime.isDryRun()) {
    void pulumi.log.warn(
      "adopt is set: existing objects are imported. After the update, run `pulumi config rm adopt`",
    );
  }
  noteAdopted(await findExisting(candidates(config), stackProviders(config)));
  // a server-side transform could wait for the search, but older language hosts do not support them
  pulumi.runtime.registerStackTransformation(({ type, name, props, opts }) => {
    const id = adoptedId({ type, name });
    if (id === undefined) return undefined;
    const imported: pulumi.CustomResourceOptions = { ...opts, import: id };
    return { props, opts: imported };
  });
}
