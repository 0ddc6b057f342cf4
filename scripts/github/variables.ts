import type { Repository } from "./client";

/** What the scripts that talk to GitHub read from the environment, for their usage texts. */
export const GITHUB_VARIABLES = `  GITHUB_TOKEN        a token for the repository's pull requests
  GITHUB_REPOSITORY   OWNER/NAME
  GITHUB_API_URL      default https://api.github.com
  COMMENT_AUTHOR      who writes the comments; default github-actions[bot]`;

/** The repository that the environment names, as GitHub's runners set it. */
export function repositoryFromEnvironment(env: NodeJS.ProcessEnv = process.env): Repository {
  return {
    api: (env.GITHUB_API_URL || "https://api.github.com").replace(/\/$/, ""),
    repository: required(env, "GITHUB_REPOSITORY", /^[\w.-]+\/[\w.-]+$/),
    token: required(env, "GITHUB_TOKEN", /^\S+$/),
    author: env.COMMENT_AUTHOR || "github-actions[bot]",
    variables: env,
  };
}

function required(env: NodeJS.ProcessEnv, name: string, form: RegExp): string {
  const value = env[name];
  if (value === undefined || value === "") throw new Error(`${name} is not set`);
  // the value may be a token
  if (!form.test(value)) throw new Error(`${name} does not hold a valid value`);
  return value;
}
