import Module from "node:module";
import { dirname } from "node:path";

/**
 * Modules that the SDK loads at each start and this program does not use: the automation API, and
 * those that serialize functions into resources. The latter include the TypeScript compiler, which
 * takes a fifth of a script's time; `pulumi` itself loads it to run the program. The others are 500
 * modules and take a sixth of the program's time.
 * https://github.com/pulumi/pulumi/issues/7653
 */
const UNUSED = [
  "@pulumi/pulumi/automation",
  "@pulumi/pulumi/typescript-shim",
  "@npmcli/arborist",
  "normalize-package-data",
];

const sdk = dirname(require.resolve("@pulumi/pulumi"));
for (const name of UNUSED) deferModule(require.resolve(name, { paths: [sdk] }));

/** Lets `require` return an object that loads the module once its exports are read. */
function deferModule(file: string): void {
  if (require.cache[file] !== undefined) return; // too late: it is already loaded
  let loaded: object | undefined;
  const load = () => {
    if (loaded === undefined) {
      delete require.cache[file];
      loaded = asEsModule(require(file));
    }
    return loaded;
  };
  const deferred = new Module(file);
  deferred.filename = file;
  deferred.loaded = true;
  deferred.exports = new Proxy(
    {},
    {
      // the property that the SDK's imports read when they are loaded
      get: (_, key) => key === "__esModule" || Reflect.get(load(), key),
      has: (_, key) => Reflect.has(load(), key),
      ownKeys: () => Reflect.ownKeys(load()),
      getOwnPropertyDescriptor: (_, key) => {
        const descriptor = Reflect.getOwnPropertyDescriptor(load(), key);
        return descriptor && { ...descriptor, configurable: true };
      },
    },
  );
  require.cache[file] = deferred;
}

/** As TypeScript's `import` reads it: a module of plain JavaScript is its own default export. */
function asEsModule(module: object): object {
  return "__esModule" in module ? module : { ...module, default: module };
}
