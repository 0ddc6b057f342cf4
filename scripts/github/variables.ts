import type { Repository } from "./client";

/** The environment variables of scripts that access GitHub, for their usage texts. */
export const GITHUB_VARIABLES = `  GITHUB_TOKEN        a token for the repository's pull requests
  GITHUB_REPOSITORY   OWNER/NAME
  GITHUB_API_URL      default https://api.github.com
  COMMENT_AUTHOR      the author of the comments; default github-actions[bot]`;

/** The repository in the environment variables, as GitHub's runners set them. */
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
  if (value === undefined || value === "")
    throw new Error(`the environment variable ${name} is required`);
  // the value may be a token
  if (!form.test(value))
    throw new Error(`the value of the environment variable ${name} is not valid`);
  return value;
}
