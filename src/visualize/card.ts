import {
  eventsInPlace,
  leavingEvents,
  notableEffects,
  type ChartBranch,
  type ChartEffect,
  type ChartEvent,
  type ChartModel,
  type ChartState,
} from './chart-model.ts';
import { monoWidth, textWidth, wrapText } from './measure.ts';

/** Between two cards in a column. */
export const CARD_GAP = 34;
/** Where lines enter, from the top of a card. */
export const ENTRY_Y = 30;
export const CARD_WIDTH = 312;
export const CARD_PADDING = 16;
export const INNER_WIDTH: number = CARD_WIDTH - 2 * CARD_PADDING;

/** No text is smaller than 12 at full scale. */
export const sizes = { title: 18, description: 12.5, event: 13, chip: 12, caption: 12 } as const;
/** For charts shown smaller, with less detail. */
export const overviewSizes = { name: 44, title: 24, description: 17, event: 17, target: 17 } as const;
const CHIP_HEIGHT = 19;
const CHIP_GAP = 4;
const CHIP_PADDING = 12;
const INDENT = 12;

export type PieceKind =
  | 'title'
  | 'description'
  | 'tag'
  | 'caption'
  | 'rule'
  | 'event'
  | 'target'
  | 'guard'
  | 'otherwise'
  | 'policy'
  | 'effect'
  | 'note';

/** Something drawn in a card, placed relative to the card's corner. */
export interface Piece {
  readonly kind: PieceKind;
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** The branch of the event that it shows; `null` for all branches. */
  readonly branch: number | null;
}

/** The clickable part of a card that shows one event. */
export interface EventRow {
  readonly event: ChartEvent;
  readonly y: number;
  readonly height: number;
  readonly pieces: readonly Piece[];
  /** Where lines to other states leave the card. Branches to the same state share one. */
  readonly exits: readonly { readonly target: string; readonly y: number }[];
}

/** The contents and height of a state's card. */
export interface Card {
  readonly state: ChartState;
  readonly height: number;
  readonly pieces: readonly Piece[];
  readonly rows: readonly EventRow[];
}

/** Wraps chips into lines, like words in a paragraph. */
class Pen {
  readonly pieces: Piece[] = [];
  y: number;
  branch: number | null = null;
  private x: number;

  constructor(y: number) {
    this.y = y;
    this.x = CARD_PADDING;
  }

  line(kind: PieceKind, text: string, height: number, x: number = CARD_PADDING): void {
    this.pieces.push({ kind, text, x, y: this.y, width: INNER_WIDTH, height, branch: this.branch });
    this.y += height;
    this.x = CARD_PADDING;
  }

  startChips(x: number): void {
    this.x = x;
  }

  chip(kind: PieceKind, text: string, wrapTo: number): void {
    const width =
      kind === 'tag' || kind === 'note' || kind === 'otherwise' || kind === 'policy'
        ? textWidth(text, sizes.chip) + (kind === 'note' ? 4 : CHIP_PADDING)
        : monoWidth(text, sizes.chip) + CHIP_PADDING;
    if (this.x + width > CARD_PADDING + INNER_WIDTH && this.x > wrapTo) {
      this.x = wrapTo;
      this.y += CHIP_HEIGHT + CHIP_GAP;
    }
    this.pieces.push({ kind, text, x: this.x, y: this.y, width, height: CHIP_HEIGHT, branch: this.branch });
    this.x += width + CHIP_GAP;
  }

  endChips(): void {
    this.y += CHIP_HEIGHT + CHIP_GAP;
    this.x = CARD_PADDING;
  }
}

/** Effects that every transition has are shown once, under the chart's title, not at each event. */
export function cardOf(model: ChartModel, state: ChartState): Card {
  const pen = new Pen(16);
  pen.line('title', state.name, 24);
  for (const line of wrapText(state.description, sizes.description, INNER_WIDTH)) pen.line('description', line, 16);
  if (state.tags.length > 0) {
    pen.y += 6;
    for (const tag of state.tags) pen.chip('tag', tag, CARD_PADDING);
    pen.endChips();
  }
  const rows: EventRow[] = [];
  const inPlace = eventsInPlace(state);
  if (inPlace.length > 0) addSection(pen, rows, model, 'Handled here, the state stays', inPlace);
  const leaving = leavingEvents(state);
  if (leaving.length > 0) addSection(pen, rows, model, 'Leads out', leaving);
  return { state, height: pen.y + 10, pieces: pen.pieces, rows };
}

function addSection(
  pen: Pen,
  rows: EventRow[],
  model: ChartModel,
  caption: string,
  events: readonly ChartEvent[],
): void {
  pen.y += 7;
  pen.line('rule', '', 7);
  pen.line('caption', caption, 15);
  for (const event of events) {
    const row = rowOf(withNotableEffects(model, event), event, pen.y);
    rows.push(row);
    pen.y += row.height;
  }
}

const withNotableEffects = (model: ChartModel, event: ChartEvent): ChartEvent => ({
  ...event,
  branches: event.branches.map((branch) => ({ ...branch, effects: notableEffects(model, branch) })),
});

/** The row shows `shown`, but stands for `event`, which a click sends. */
function rowOf(shown: ChartEvent, event: ChartEvent, top: number): EventRow {
  const pen = new Pen(top + 3);
  const exits: { target: string; y: number }[] = [];
  const addExit = (target: string | null, y: number) => {
    if (target !== null && !exits.some((exit) => exit.target === target)) exits.push({ target, y });
  };
  pen.line('event', event.type, 18);
  const shared = sharedEffects(shown.branches);
  const targets = new Set(shown.branches.map((branch) => branch.target));
  const only = targets.size === 1 ? (shown.branches[0]?.target ?? null) : null;
  if (only !== null) {
    pen.pieces.push({
      kind: 'target',
      text: only,
      x: CARD_PADDING,
      y: top + 3,
      width: INNER_WIDTH,
      height: 18,
      branch: null,
    });
    addExit(only, top + 13);
  }

  if (shown.branches.length === 1) {
    const [branch] = shown.branches;
    drawChips(pen, branch?.guards.map((guard) => `if ${guard}`) ?? [], shared);
  } else {
    drawChips(pen, [], shared);
    shown.branches.forEach((branch, index) => {
      if (targets.size > 1) addExit(branch.target, pen.y + CHIP_HEIGHT / 2);
      pen.branch = index;
      drawBranch(pen, branch, shared, targets.size > 1);
    });
  }
  return { event, y: top, height: pen.y + 2 - top, pieces: pen.pieces, exits };
}

function drawChips(pen: Pen, guards: readonly string[], effects: readonly ChartEffect[]): void {
  if (guards.length > 0) {
    for (const guard of guards) pen.chip('guard', guard, CARD_PADDING);
    pen.endChips();
  }
  if (effects.length > 0) {
    for (const effect of effects) pen.chip('effect', effect.type, CARD_PADDING);
    pen.endChips();
  }
}

/** One of several branches: its policy or condition, then what it does beyond what all of them do. */
function drawBranch(pen: Pen, branch: ChartBranch, shared: readonly ChartEffect[], tellTarget: boolean): void {
  const start = CARD_PADDING + INDENT;
  if (branch.policy !== null) pen.y += 4;
  pen.startChips(start);
  if (branch.policy !== null) pen.chip('policy', branch.policy, start);
  else if (branch.guards.length === 0) pen.chip('otherwise', 'otherwise', start);
  else for (const guard of branch.guards) pen.chip('guard', `if ${guard}`, start);
  const own = branch.effects.filter((effect) => !shared.some((each) => each.action === effect.action));
  if (tellTarget) pen.chip('note', branch.target === null ? 'stays' : `→ ${branch.target}`, start + INDENT);
  for (const effect of own) pen.chip('effect', effect.type, start + INDENT);
  if (own.length === 0 && !tellTarget) {
    pen.chip(
      'note',
      branch.target === null ? 'nothing changes' : `nothing more, stays ${branch.target}`,
      start + INDENT,
    );
  }
  pen.endChips();
}

function sharedEffects(branches: readonly ChartBranch[]): readonly ChartEffect[] {
  const [first, ...others] = branches;
  return (first?.effects ?? []).filter((effect) =>
    others.every((branch) => branch.effects.some((each) => each.action === effect.action)),
  );
}
