import { setup, type AnyStateMachine } from 'xstate';
import { compile, type Dialect } from '../../src/machine/compile.ts';
import { chartParts } from '../../src/machine/parts.ts';

/** A small record, event and effect, for charts that test what the compiler accepts. */
export interface LampRecord {
  readonly state: string;
  readonly count: number;
  readonly note: string;
}
export interface LampEvent {
  readonly type: 'toggle' | 'count' | 'stop';
  readonly by: number;
}
export interface LampEffect {
  readonly type: 'said';
  readonly text: string;
}
type LampDraft = { -readonly [Field in keyof LampRecord]: LampRecord[Field] };
export type LampResult =
  | { readonly ok: true; readonly record: LampRecord; readonly effects: readonly LampEffect[] }
  | { readonly ok: false; readonly why: string };

const parts = chartParts<LampRecord, LampEvent, string, LampEffect>(
  (context) => ({ ...context }),
  () => null,
);

const guards = parts.guards({
  isFresh: (_record: LampRecord, event: LampEvent) => event.by > 0,
  isEven: (record: LampRecord) => record.count % 2 === 0,
  mayGoOn: (record: LampRecord) => record.count < 10,
});

const actions = {
  ...parts.updates({
    add: (draft: LampDraft, event: LampEvent) => {
      draft.count += event.by;
    },
    close: (draft: LampDraft, _event: LampEvent, _environment: null, to: string | null) => {
      draft.note += '.';
      if (to !== null) draft.state = to;
    },
  }),
  ...parts.effects({
    say: (record: LampRecord): LampEffect => ({ type: 'said', text: `${record.state} ${record.count}` }),
    sayMore: (): LampEffect => ({ type: 'said', text: 'more' }),
  }),
};

/** Makes charts of anything that XState accepts, to see what the compiler refuses. */
export function lampMachine(
  config: object,
  further: { readonly actions?: object; readonly guards?: object } = {},
): AnyStateMachine {
  return setup({
    types: { context: {} as LampRecord, events: {} as LampEvent },
    guards: { ...guards, ...further.guards },
    actions: { ...actions, ...further.actions },
  }).createMachine({
    id: 'lamp',
    context: { state: 'off', count: 0, note: '' },
    initial: 'off',
    ...config,
  });
}

interface Row {
  readonly target?: string;
  readonly guard?: unknown;
  readonly actions?: readonly unknown[];
}

/** Rows in the form of the charts: each action gets the target of the transition. */
const told = ({ target, actions = [], ...row }: Row) => ({
  ...row,
  ...(target === undefined ? {} : { target }),
  actions: actions.map((type) => (typeof type === 'string' ? { type, params: { to: target ?? null } } : type)),
});

/** A lamp that accepts `count` while off, in one or several branches. */
export const lampWithRow = (row: Row | readonly Row[], further = {}): AnyStateMachine =>
  lampMachine({ states: { off: { on: { count: [row].flat().map(told) } }, on: {} } }, further);

export const lampDialect: Dialect<LampRecord, LampEvent, LampEffect, string, LampResult> = {
  draftOf: (record) => ({ ...record }),
  first: null,
  guardRefusals: { isFresh: () => 'is not fresh', mayGoOn: () => 'may not go on' },
  illegal: (record, event) => `${record.state} does not take ${event.type}`,
  accepted: (record, effects) => ({ ok: true, record, effects }),
  refused: (why) => ({ ok: false, why }),
};

export const compileLamp = (
  machine: AnyStateMachine,
  dialect: Partial<typeof lampDialect> = {},
): ((record: LampRecord, event: LampEvent, environment: null) => LampResult) =>
  compile<LampRecord, LampEvent, null, LampEffect, string, LampResult>(machine, { ...lampDialect, ...dialect });
