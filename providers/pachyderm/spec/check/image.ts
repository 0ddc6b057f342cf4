/** The image's name as container runtimes read it: https://pkg.go.dev/github.com/distribution/reference */

/** The same limit as in that package. */
const LONGEST = 255;
const PATH_PART = /^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*$/;
const TAG = /^\w[\w.-]{0,127}$/;
const DIGEST = /^[A-Za-z][A-Za-z0-9]*([-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}$/;
const DOMAIN =
  /^([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*|\[[0-9a-fA-F:]+\])(:\d+)?$/;

/** What is wrong with the name of a container image, as a phrase that follows the name. */
export function imageProblem(image: string): string | undefined {
  if (/\s/.test(image)) return "contains a space";
  const [nameAndTag = "", digest, ...moreDigests] = image.split("@", 3);
  if (moreDigests.length > 0 || (digest !== undefined && !DIGEST.test(digest))) {
    return "has a malformed digest after the @";
  }
  const colon = nameAndTag.lastIndexOf(":");
  const hasTag = colon > nameAndTag.lastIndexOf("/");
  if (hasTag && !TAG.test(nameAndTag.slice(colon + 1))) return "has a malformed tag after the :";
  const name = hasTag ? nameAndTag.slice(0, colon) : nameAndTag;
  return name.length <= LONGEST ? nameProblem(name) : `is longer than ${LONGEST} characters`;
}

function nameProblem(name: string): string | undefined {
  const parts = name.split("/");
  const [first = ""] = parts;
  const isDomain = parts.length > 1 && (/[.:A-Z]/.test(first) || first === "localhost");
  if (isDomain && !DOMAIN.test(first)) return "has a malformed registry";
  const path = isDomain ? parts.slice(1) : parts;
  if (path.some((part) => /[A-Z]/.test(part))) return "contains uppercase letters";
  return path.every((part) => PATH_PART.test(part)) ? undefined : "is not a valid image name";
}
