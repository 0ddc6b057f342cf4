import * as pulumi from "@pulumi/pulumi";

/** The address of Pachyderm and the connection settings. */
export interface ProviderArgs {
  /**
   * Pachyderm's address: `http://`, `https://`, `grpc://` or `grpcs://` (as pachctl writes them)
   * with host and port, or `host:port`, which means plain HTTP.
   * Default: the environment variable `PACHYDERM_ADDRESS`, then the active context of pachctl.
   */
  readonly address?: pulumi.Input<string>;
  /**
   * The authentication token. Prefer the environment variable `PACHYDERM_TOKEN`: a token set here
   * is stored (encrypted) in the state, and a later `pulumi destroy` uses the stored one.
   */
  readonly token?: pulumi.Input<string>;
  /** The PEM certificates of the private authority that signed the server's certificate. */
  readonly caCertificate?: pulumi.Input<string>;
  /** The project of resources that do not set one. Default: `default`. */
  readonly project?: pulumi.Input<string>;
  /**
   * Whether previews validate new and changed resources on the server, in a transaction that is
   * deleted at the end: `auto` (default) or `off`.
   */
  readonly previewValidation?: pulumi.Input<"auto" | "off">;
  /**
   * Lets a destroy remove resources from the state if it cannot connect to the server. Use it only
   * if the server is permanently gone: resources that still exist there are left behind. Default:
   * false.
   */
  readonly deleteUnreachable?: pulumi.Input<boolean>;
  /**
   * How users of the program can adopt an object that already exists. Messages show it after "To
   * adopt it, ". Default: a hint to use the resource option `import`.
   */
  readonly importHint?: pulumi.Input<string>;
}

/** A connection to one Pachyderm cluster. */
export class Provider extends pulumi.ProviderResource {
  constructor(name: string, args: ProviderArgs = {}, opts?: pulumi.ResourceOptions) {
    super(
      "pachyderm",
      name,
      {
        address: args.address,
        token: args.token === undefined ? undefined : pulumi.secret(args.token),
        caCertificate: args.caCertificate,
        project: args.project,
        previewValidation: args.previewValidation,
        // the engine passes provider arguments as strings
        deleteUnreachable:
          args.deleteUnreachable === undefined
            ? undefined
            : pulumi.output(args.deleteUnreachable).apply(String),
        importHint: args.importHint,
      },
      pulumi.mergeOptions({ additionalSecretOutputs: ["token"] }, opts),
    );
  }
}
