/** The states of one column of a chart, from top to bottom. */
export interface ColumnPlaces {
  /** The states above the spine, the line of the happy path. */
  readonly above: readonly string[];
  readonly spine: string;
  readonly below: readonly string[];
}

/** The positions of a chart's states. Placed by hand, which looks better for seven states than a layout algorithm. */
export interface ChartPlaces {
  readonly columns: readonly ColumnPlaces[];
  /**
   * For each gap between two columns, the states whose incoming lines run through it, from left to right. Lines to one
   * state share a track.
   */
  readonly tracks: readonly (readonly string[])[];
  /** States reached from many others. Only the start of each incoming line is drawn, with the state's name. */
  readonly hubs: readonly string[];
}

/** The happy path runs along the spine, failure below it, and the detour through a reboot above it. */
export const hostPlaces: ChartPlaces = {
  columns: [
    { above: [], spine: 'Pending', below: [] },
    { above: ['Deferred'], spine: 'Activating', below: [] },
    { above: [], spine: 'Soaking', below: ['Failed'] },
    { above: [], spine: 'Converged', below: ['Reverted'] },
  ],
  tracks: [['Activating'], ['Deferred', 'Failed', 'Soaking'], ['Converged', 'Failed', 'Reverted'], []],
  hubs: [],
};

export const rolloutPlaces: ChartPlaces = {
  columns: [
    { above: [], spine: 'Opening', below: [] },
    { above: [], spine: 'Active', below: ['Converging'] },
    { above: [], spine: 'Terminal', below: ['Failed', 'Reverted'] },
    { above: [], spine: 'Superseded', below: ['Pruned'] },
  ],
  tracks: [['Active'], ['Converging', 'Active', 'Reverted', 'Failed', 'Terminal'], [], []],
  hubs: ['Superseded', 'Pruned'],
};
