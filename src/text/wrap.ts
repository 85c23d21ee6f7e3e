/** A space, but not the one within a duration such as `2m 05s`. */
const BREAK = /(?<!\d[dhm]) | (?!\d\d[hms]\b)/;

/** Breaks a text into lines between words. A word that is longer than a line is broken anywhere. */
export function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(BREAK)) {
    let rest = word;
    if (line !== '' && line.length + 1 + rest.length > width) {
      lines.push(line);
      line = '';
    }
    while (rest.length > width) {
      lines.push(rest.slice(0, width));
      rest = rest.slice(width);
    }
    line = line === '' ? rest : `${line} ${rest}`;
  }
  lines.push(line);
  return lines;
}
