import { ManagedResource } from "./managed-resource";

/**
 * Preloaded into a run of tests, this has each of them fail once it has changed something: what a
 * resource is asked for is done, and then the test ends with an error.
 */
for (const method of ["up", "import", "refresh", "destroy"] as const) {
  const original = ManagedResource.prototype[method] as (...args: unknown[]) => Promise<unknown>;
  Object.assign(ManagedResource.prototype, {
    async [method](this: ManagedResource, ...args: unknown[]) {
      await original.apply(this, args);
      throw new Error("made to fail");
    },
  });
}
