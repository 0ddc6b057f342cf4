import * as pulumi from "@pulumi/pulumi";

export interface RobotTokenArgs {
  /**
   * The robot's name, without the prefix `robot:` and without colons. The robot does not need to
   * exist, and may have any number of tokens. Changing the name replaces the token.
   */
  readonly robot: pulumi.Input<string>;
  /**
   * How long the token is valid, in whole seconds. Default: it never expires. The first update in
   * the last third of that time renews the token, and previews show the renewal. For a stack that
   * is updated at least weekly, 30 days (2592000) is enough. Changing the value renews the token.
   */
  readonly ttl?: pulumi.Input<number>;
  /** Any strings. Changing, adding or removing one renews the token. */
  readonly renewTriggers?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /**
   * For stacks that run on servers with and without auth: if auth is not activated, creates no
   * token instead of failing, and `token` is an empty string. Once auth is activated, the next
   * update creates the token. Default: false.
   */
  readonly ignoreWhenAuthDisabled?: pulumi.Input<boolean>;
}

/**
 * An authentication token for a robot, which is a user that is not a person. The server must have
 * auth activated, unless `ignoreWhenAuthDisabled` is set. A renewal replaces the token: resources
 * that use it get the new one, then the old one is revoked. Deleting the resource also revokes the
 * token. If the token was revoked outside Pulumi, `pulumi up --refresh` creates a new one.
 *
 * It cannot be imported, because Pachyderm shows a token only once.
 */
export class RobotToken extends pulumi.CustomResource {
  declare readonly robot: pulumi.Output<string>;
  /** The principal for role bindings: `robot:` and the name. Known in previews. */
  declare readonly principal: pulumi.Output<string>;
  /** The token, as a secret. Empty if `active` is false. */
  declare readonly token: pulumi.Output<string>;
  /** When the token expires (RFC 3339); not set if it never expires. */
  declare readonly expiration: pulumi.Output<string | undefined>;
  /** Whether there is a token: false if auth was off and `ignoreWhenAuthDisabled` is set. */
  declare readonly active: pulumi.Output<boolean>;

  constructor(name: string, args: RobotTokenArgs, opts?: pulumi.CustomResourceOptions) {
    super(
      "pachyderm:index:RobotToken",
      name,
      { ...args, principal: undefined, token: undefined, expiration: undefined, active: undefined },
      pulumi.mergeOptions({ additionalSecretOutputs: ["token"] }, opts),
    );
  }
}
