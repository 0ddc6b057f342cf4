import * as pulumi from "@pulumi/pulumi";

export interface RobotTokenArgs {
  /**
   * The robot's name, without the prefix `robot:` and without colons. A robot need not exist
   * before; it may have any number of tokens. Another name is another token.
   */
  readonly robot: pulumi.Input<string>;
  /**
   * How long the token is valid, in whole seconds. Default: it never expires. The first update in
   * the last third of that time renews the token, and previews show it: with a stack that is
   * updated at least weekly, 30 days (2592000) leave room. Another value renews the token.
   */
  readonly ttl?: pulumi.Input<number>;
  /** Any texts: a changed, new or dropped one renews the token. */
  readonly renewTriggers?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /**
   * Makes no token where auth is not activated, instead of failing, for stacks that run on servers
   * with and without it: `token` is then an empty text. Once auth is activated, the next update
   * makes one. Default: false.
   */
  readonly ignoreWhenAuthDisabled?: pulumi.Input<boolean>;
}

/**
 * An authentication token for a robot, a user that is no person. The server must have auth
 * activated, unless `ignoreWhenAuthDisabled` is set. A renewal replaces it: what uses the token is
 * given the new one, then the old one is revoked; so is the token of a resource that is deleted. A
 * token that somebody else revoked is made anew by `pulumi up --refresh`.
 *
 * It can't be imported, because Pachyderm shows a token once.
 */
export class RobotToken extends pulumi.CustomResource {
  declare readonly robot: pulumi.Output<string>;
  /** What roles are bound to: `robot:` and the name. Known in previews. */
  declare readonly principal: pulumi.Output<string>;
  /** The token, a secret. Empty where `active` is false. */
  declare readonly token: pulumi.Output<string>;
  /** When the token expires (RFC 3339); missing if never. */
  declare readonly expiration: pulumi.Output<string | undefined>;
  /** Whether there is a token: false where auth was off and `ignoreWhenAuthDisabled` is set. */
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
