import * as pulumi from "@pulumi/pulumi";

/** A component's arguments about the lifetime of its data. */
export interface Lifetime {
  readonly disposable?: boolean;
  readonly keep?: boolean;
}

/** The resulting options. A `protect` option of the program takes precedence. */
export interface LifetimeOptions {
  readonly protect: boolean;
  readonly retainOnDelete: boolean;
}

/**
 * The options of a resource that holds data. Pulumi deletes it only if it is disposable and not
 * kept. Otherwise it is retained, for whatever reason it leaves the program: the engine ignores
 * protection if a resource with a different id is read in its place, for example after a switch to
 * an existing one. It is also protected, so that it cannot leave the stack by mistake, unless
 * `keep` is set.
 */
export function lifetimeOptions(
  { disposable = false, keep = false }: Lifetime,
  protect?: boolean,
): LifetimeOptions {
  return { protect: protect ?? !(disposable || keep), retainOnDelete: keep || !disposable };
}

/** Reports in previews what happens to a resource that the stack keeps or only uses. */
export function noteInPreview(message: string, resource: pulumi.Resource): void {
  if (pulumi.runtime.isDryRun()) void pulumi.log.info(message, resource);
}

/**
 * Notes in previews what the stack does with something that exists outside of it; `apart` names the
 * exception.
 */
export function noteExisting(what: string, resource: pulumi.Resource, apart = ""): void {
  noteInPreview(
    `${what} exists outside of the stack: the stack does not change or delete it${apart}, and ` +
      "removes it from the state if the stack created it",
    resource,
  );
}
