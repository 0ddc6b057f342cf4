import { ManagedResource } from "./managed-resource";

/**
 * Preloaded into a test run, this makes each test fail after its first change: the requested
 * operation is done, and then the test ends with an error.
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
