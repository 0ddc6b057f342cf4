import * as pulumi from "@pulumi/pulumi";

/** Where Pachyderm is and how to talk to it. */
export interface ProviderArgs {
  /**
   * Pachyderm's address: `http://`, `https://`, `grpc://` or `grpcs://` (as pachctl writes them)
   * with host and port, or `host:port`, which means plain HTTP.
   * Default: the environment variable `PACHYDERM_ADDRESS`, then the active context of pachctl.
   */
  readonly address?: pulumi.Input<string>;
  /**
   * The authentication token. Prefer the environment variable `PACHYDERM_TOKEN`: a token set here
   * is written (encrypted) into the state, and a later `pulumi destroy` uses that old one.
   */
  readonly token?: pulumi.Input<string>;
  /** PEM certificates of a private authority that signed the server's certificate. */
  readonly caCertificate?: pulumi.Input<string>;
  /** The project of resources that name none. Default: `default`. */
  readonly project?: pulumi.Input<string>;
  /**
   * Whether previews let the server validate new and changed resources, in a transaction that is
   * deleted at the end: `auto` (default) or `off`.
   */
  readonly previewValidation?: pulumi.Input<"auto" | "off">;
  /**
   * Lets a destroy drop resources from the state although the server can't be connected to. For a
   * server that is gone for good: what still exists there is left behind. Default: false.
   */
  readonly deleteUnreachable?: pulumi.Input<boolean>;
  /**
   * What a user of the program can do to take over a thing that exists already; it follows "To take
   * it over, " in messages. Default: a hint at the resource option `import`.
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
        // the engine hands provider arguments over as text
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
