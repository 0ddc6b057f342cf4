import * as pulumi from "@pulumi/pulumi";

/** What a component's arguments say about the end of the data that it holds. */
export interface Lifetime {
  readonly disposable?: boolean;
  readonly keep?: boolean;
}

/** What a program's own `protect` option says goes before. */
export interface LifetimeOptions {
  readonly protect: boolean;
  readonly retainOnDelete: boolean;
}

/**
 * The options of a resource that holds data. Pulumi deletes only what is disposable and not to be
 * kept. All else is retained, whatever takes it out of the program: the engine ignores protection
 * where a resource of another id is read in its place, as a switch to an existing one does. It is
 * protected, too, so that nothing leaves the stack by mistake; `keep` says that it may.
 */
export function lifetimeOptions(
  { disposable = false, keep = false }: Lifetime,
  protect?: boolean,
): LifetimeOptions {
  return { protect: protect ?? !(disposable || keep), retainOnDelete: keep || !disposable };
}

/** Says in previews what becomes of a resource that the stack keeps or only uses. */
export function noteInPreview(message: string, resource: pulumi.Resource): void {
  if (pulumi.runtime.isDryRun()) void pulumi.log.info(message, resource);
}
