import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { type JsonAnswer, type JsonRequest, JsonServer } from "./json-server";

/**
 * A key service that encrypts a stack's key, as `gcpkms://` does on Google Cloud: the part of
 * HashiCorp Vault's transit engine that the Pulumi CLI calls for `hashivault://KEY`.
 * https://developer.hashicorp.com/vault/api-docs/secret/transit
 */
export class KeyService {
  /** What the CLI did with which key, as `encrypt/KEY`. */
  readonly calls: string[] = [];
  readonly #token = randomBytes(12).toString("hex");
  readonly #key = randomBytes(32);
  readonly #server = new JsonServer();

  /** Starts it, and returns the environment in which the CLI uses it. */
  async start(): Promise<NodeJS.ProcessEnv> {
    this.#server.answer = (request) => this.#answer(request);
    await this.#server.start();
    return { VAULT_SERVER_URL: this.#server.url, VAULT_SERVER_TOKEN: this.#token };
  }

  stop(): Promise<void> {
    return this.#server.stop();
  }

  #answer({ path, headers, body }: JsonRequest): JsonAnswer {
    const call = /^\/v1\/transit\/((?:en|de)crypt\/[\w-]+)$/.exec(path)?.[1];
    if (call === undefined) return { status: 404, body: { errors: [] } };
    if (headers["x-vault-token"] !== this.#token) {
      return { status: 403, body: { errors: ["permission denied"] } };
    }
    this.calls.push(call);
    const { plaintext, ciphertext = "" } = JSON.parse(body) as Record<string, string>;
    const data =
      plaintext === undefined
        ? { plaintext: this.#decrypt(ciphertext) }
        : { ciphertext: this.#encrypt(plaintext) };
    return { status: 200, body: { data } };
  }

  #encrypt(plaintext: string): string {
    const nonce = randomBytes(12);
    const cipher = createCipheriv("aes-256-gcm", this.#key, nonce);
    const encrypted = Buffer.concat([cipher.update(plaintext, "base64"), cipher.final()]);
    return `vault:v1:${Buffer.concat([nonce, cipher.getAuthTag(), encrypted]).toString("base64")}`;
  }

  #decrypt(ciphertext: string): string {
    const bytes = Buffer.from(ciphertext.replace("vault:v1:", ""), "base64");
    const decipher = createDecipheriv("aes-256-gcm", this.#key, bytes.subarray(0, 12));
    decipher.setAuthTag(bytes.subarray(12, 28));
    return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString(
      "base64",
    );
  }
}
