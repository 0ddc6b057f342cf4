/**
 * Takes over what exists already by name, for one update: a resource whose thing is there gets the
 * resource option `import`. The engine ignores that for what is in the state already.
 */
import * as pulumi from "@pulumi/pulumi";
import { adoptedId, noteAdopted } from "../../components/common/adopted";
import type { Config } from "../../config";
import { stackProviders } from "../providers";
import { candidates } from "./candidates";
import { findExisting } from "./find-existing";

/** Looks for what exists; the resources that are registered from then on import it. */
export async function adoptExisting(config: Config): Promise<void> {
  if (pulumi.runtime.isDryRun()) {
    void pulumi.log.warn(
      "adopt is set: what exists already is imported. After the update, run `pulumi config rm adopt`",
    );
  }
  noteAdopted(await findExisting(candidates(config), stackProviders(config)));
  // a server-side transform could wait for the look itself, but older language hosts lack those
  pulumi.runtime.registerStackTransformation(({ type, name, props, opts }) => {
    const id = adoptedId({ type, name });
    if (id === undefined) return undefined;
    const imported: pulumi.CustomResourceOptions = { ...opts, import: id };
    return { props, opts: imported };
  });
}
