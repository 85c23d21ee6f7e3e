/** An independent rollout machine, for tests only: the table of specification rollout-machine, cell by cell. */
export type Fields = Readonly<Record<string, unknown>>;

export type RolloutOpinion =
  | { readonly ok: true; readonly record: Fields; readonly effects: readonly Fields[] }
  | { readonly ok: false; readonly error: Fields };

/**
 * `→ X` goes to X, `·` changes nothing, `-` is IllegalForState, `?` is Unsupported; `host` and `wave` have their own
 * rules.
 */
const table = `
             RolloutOpened  HostJoined  HostStateChanged  WaveAdvanced  RolloutTerminal  SuccessorOpened  RetentionExpired  OperatorClearance
Opening      -              →Active     -                 -             -                →Superseded      -                 -
Active       -              ·           host              wave          →Terminal        →Superseded      -                 -
Converging   -              ·           host              wave          →Terminal        →Superseded      -                 -
Terminal     -              ·           ·                 -             ·                →Superseded      →Pruned           -
Failed       -              ·           ·                 ·             ·                →Superseded      →Pruned           ?
Reverted     -              ·           ·                 ·             ·                →Superseded      →Pruned           ?
Superseded   -              ·           ·                 ·             ·                ·                →Pruned           -
Pruned       -              -           -                 -             -                -                -                 -
`;

const [head = '', ...lines] = table.trim().split('\n');
const words = (line: string): readonly string[] => line.trim().split(/\s+/);

export const rolloutEventTypes: readonly string[] = words(head);
export const rolloutStates: readonly string[] = lines.map((line) => words(line)[0] ?? '');

const cells: ReadonlyMap<string, string> = new Map(
  lines.flatMap((line) => {
    const [state = '', ...codes] = words(line);
    return codes.map((code, column) => [`${state} ${rolloutEventTypes[column]}`, code] as const);
  }),
);

export function rolloutOracle(given: object, happened: object): RolloutOpinion {
  const [record, event] = [{ ...given } as Fields, { ...happened } as Fields];
  const state = String(record['state']);
  const { rolloutId } = record;
  const { at } = event;

  const go = (to: string, ...more: readonly Fields[]): RolloutOpinion => ({
    ok: true,
    record: {
      ...record,
      state: to,
      ...(to === 'Terminal' ? { terminalAt: at } : {}),
      ...(to === 'Superseded' ? { supersededAt: at } : {}),
      ...(more.length > 0 ? { currentWave: event['toWave'] } : {}),
    },
    effects: [...(to === state ? [] : [{ type: 'RecordRolloutTransition', rolloutId, from: state, to, at }]), ...more],
  });
  const nothing: RolloutOpinion = { ok: true, record, effects: [] };
  const refuse = (kind: string): RolloutOpinion => ({
    ok: false,
    error: { kind, from: state, event: event['type'], rolloutId },
  });

  const code = cells.get(`${state} ${String(event['type'])}`);
  if (code === undefined) throw new Error('the oracle does not know this cell');
  if (code.startsWith('→')) return go(code.slice(1));
  switch (code) {
    case '·':
      return nothing;
    case '-':
      return refuse('IllegalForState');
    case '?':
      return refuse('Unsupported');
    case 'host':
      return event['to'] === 'Failed' || event['to'] === 'Reverted' ? go(event['to']) : nothing;
    default: {
      const [fromWave, toWave] = [Number(event['fromWave']), Number(event['toWave'])];
      if (toWave <= fromWave) return state === 'Active' ? go('Converging') : nothing;
      const moved = toWave > Number(record['currentWave']);
      const update = { type: 'UpdateCurrentWave', rolloutId, wave: toWave };
      return moved ? go('Active', update) : go('Active');
    }
  }
}
