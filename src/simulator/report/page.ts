import { printable, wrap } from '../../text/index.ts';

export type Tone = 'title' | 'good' | 'bad' | 'warn' | 'quiet' | 'plain';

/** How to format a report. */
export interface PageFormat {
  /** In columns. */
  readonly width: number;
  readonly colour: boolean;
}

export interface Cell {
  readonly text: string;
  readonly tone?: Tone;
  readonly align?: 'left' | 'right';
}

const CODES: Readonly<Record<Tone, readonly [number, number] | null>> = {
  title: [1, 22],
  good: [32, 39],
  bad: [31, 39],
  warn: [33, 39],
  quiet: [2, 22],
  plain: null,
};
const GAP = '  ';
const MIN_LAST_COLUMN = 24;

/**
 * Text for a terminal: paragraphs, and rows in aligned columns with the last one wrapped. Names come from files, so
 * control characters are shown as escapes.
 */
export class Page {
  readonly #format: PageFormat;
  readonly #lines: string[] = [];

  constructor(format: PageFormat) {
    this.#format = format;
  }

  get text(): string {
    return this.#lines.length === 0 ? '' : `${this.#lines.join('\n')}\n`;
  }

  title(text: string): void {
    if (this.#lines.length > 0) this.blank();
    this.line(text, 'title');
  }

  blank(): void {
    this.#lines.push('');
  }

  /** A wrapped paragraph. Further lines are indented by two more columns. */
  line(text: string, tone: Tone = 'plain', indent = 0): void {
    const lines = wrap(printable(text), this.#format.width - indent - 2);
    lines.forEach((part, at) =>
      this.#lines.push(`${' '.repeat(at === 0 ? indent : indent + 2)}${this.#paint(part, tone)}`),
    );
  }

  rows(rows: readonly (readonly Cell[])[], indent = 2): void {
    const columns = Math.max(0, ...rows.map((row) => row.length));
    const widths = Array.from({ length: columns }, (_, at) =>
      Math.max(0, ...rows.map((row) => (at === row.length - 1 ? 0 : printable(row[at]?.text ?? '').length))),
    );
    for (const row of rows) this.#row(row, widths, indent);
  }

  #row(row: readonly Cell[], widths: readonly number[], indent: number): void {
    let plainLength = indent;
    let line = ' '.repeat(indent);
    const last = row.length - 1;
    row.forEach((cell, at) => {
      const { text, tone = 'plain', align = 'left' } = cell;
      const shown = printable(text);
      if (at < last) {
        const width = widths[at] ?? 0;
        const padded = align === 'right' ? shown.padStart(width) : shown.padEnd(width);
        line += this.#paint(padded, tone) + GAP;
        plainLength += Math.max(width, shown.length) + GAP.length;
        return;
      }
      const room = this.#format.width - plainLength;
      if (room < Math.min(MIN_LAST_COLUMN, shown.length)) {
        // If it does not fit beside the rest, it goes below.
        this.#lines.push(line.trimEnd());
        return this.line(shown, tone, indent + 2);
      }
      const [first = '', ...rest] = wrap(shown, room);
      this.#lines.push((line + this.#paint(first, tone)).trimEnd());
      for (const part of rest) this.#lines.push(' '.repeat(plainLength) + this.#paint(part, tone));
    });
  }

  #paint(text: string, tone: Tone): string {
    const codes = CODES[tone];
    return codes === null || !this.#format.colour || text === ''
      ? text
      : `\u001b[${codes[0]}m${text}\u001b[${codes[1]}m`;
  }
}
