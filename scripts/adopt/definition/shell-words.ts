/** Characters that a shell interprets outside of quotes. */
const SPECIAL = /[\s$`"'\\|&;<>()*?[\]#~{}!]/;

/**
 * The words of a line that a POSIX shell would only split; undefined if the line has variables,
 * pipes, patterns or anything else that makes it more than a list of words.
 */
export function shellWords(line: string): string[] | undefined {
  const words: string[] = [];
  let at = 0;
  while (at < line.length) {
    if (line[at] === " ") {
      at++;
      continue;
    }
    let word = "";
    for (; at < line.length && line[at] !== " "; at++) {
      const letter = line[at] ?? "";
      if (letter === "'") {
        const end = line.indexOf("'", at + 1);
        if (end === -1) return undefined;
        word += line.slice(at + 1, end);
        at = end;
      } else if (letter === "\\" && at + 1 < line.length && line[at + 1] !== "\n") {
        at++;
        word += line[at];
      } else if (SPECIAL.test(letter)) return undefined;
      else word += letter;
    }
    words.push(word);
  }
  return words;
}
