import harborFleet from '../../../../examples/fleets/harbor.json?raw';
import harborDay from '../../../../examples/scenarios/harbour-on-a-rough-day.yaml?raw';

/** The page starts with this: a real fleet on a rough day. */
export const welcome = { text: harborDay, files: new Map([['harbor.json', harborFleet]]) };

/** Something that simulation revealed about the protocol, with a scenario that shows it. */
export interface Finding {
  readonly title: string;
  /** What to look for. */
  readonly note: string;
  readonly text: string;
}

const texts: Readonly<Record<string, string>> = import.meta.glob('../../../../examples/findings/*.yaml', {
  query: '?raw',
  import: 'default',
  eager: true,
});

/** In order of file name. */
export const findings: readonly Finding[] = Object.values(texts).map((text) => ({
  title: /^title: *(.*)$/m.exec(text)?.[1] ?? 'A finding',
  note: noteOf(text),
  text,
}));

/** The comment at the top of the file, without the line meant for editors. */
function noteOf(text: string): string {
  const lines: string[] = [];
  for (const line of text.split('\n')) {
    if (!line.startsWith('#')) break;
    if (!line.includes('yaml-language-server')) lines.push(line.replace(/^# ?/, ''));
  }
  return lines.join(' ').trim();
}
