import Module from "node:module";
import { dirname } from "node:path";

/**
 * What the SDK loads at each start and this program does not use: the automation API, and what
 * reads the dependencies of functions that are serialized into resources. Together they are 500
 * modules and a sixth of the program's time.
 * https://github.com/pulumi/pulumi/issues/7653
 */
const UNUSED = ["@pulumi/pulumi/automation", "@npmcli/arborist", "normalize-package-data"];

const sdk = dirname(require.resolve("@pulumi/pulumi"));
for (const name of UNUSED) deferModule(require.resolve(name, { paths: [sdk] }));

/** Lets `require` return an object that loads the module once one of its exports is read. */
function deferModule(file: string): void {
  if (require.cache[file] !== undefined) return; // too late, it is loaded
  const exported = () => {
    if (require.cache[file] === deferred) delete require.cache[file];
    return require(file);
  };
  const deferred = new Module(file);
  deferred.filename = file;
  deferred.loaded = true;
  deferred.exports = new Proxy({}, { get: (_, key) => exportOf(exported, key) });
  require.cache[file] = deferred;
}

/** As TypeScript's `import` reads it: a module of plain JavaScript is its own default export. */
function exportOf(exported: () => Record<PropertyKey, unknown>, key: PropertyKey): unknown {
  if (key === "__esModule") return true;
  const module = exported();
  return key === "default" && !("__esModule" in module) ? module : module[key];
}
