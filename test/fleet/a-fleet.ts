/** A small valid fleet as JSON: two channels, an edge of each kind, a budget. Tests change it to break one thing. */
export function aFleet(): FleetJson {
  return {
    schemaVersion: 1,
    hosts: {
      a: aHost('stable', ['web']),
      b: aHost('stable', ['web', 'db']),
      c: aHost('stable', ['db']),
      e: aHost('edge', ['web']),
    },
    channels: { stable: aChannel('careful'), edge: aChannel('fast') },
    rolloutPolicies: {
      careful: {
        strategy: 'canary',
        waves: [
          { selector: aSelector({ tags: ['web'] }), soakMinutes: 10 },
          { selector: aSelector({ all: true }), soakMinutes: 20 },
        ],
        healthGate: {},
        onHealthFailure: 'rollback-and-halt',
      },
      fast: { strategy: 'all-at-once', waves: [], healthGate: {}, onHealthFailure: 'halt' },
    },
    waves: {
      stable: [
        { hosts: ['a'], soakMinutes: 10 },
        { hosts: ['c', 'b'], soakMinutes: 20 },
      ],
      edge: [],
    },
    edges: [{ gated: 'b', gates: 'c', reason: 'replica first' }],
    channelEdges: [{ gated: 'stable', gates: 'edge' }],
    disruptionBudgets: [{ selector: aSelector({ tags: ['web'] }), maxInFlight: 2, maxInFlightPct: 50 }],
    meta: { schemaVersion: 1, signedAt: '2026-05-16T01:00:00Z', ciCommit: 'c0ffee', signatureAlgorithm: 'ed25519' },
  };
}

// Tests put anything anywhere into it, that being their purpose.
// eslint-disable-next-line typescript/no-explicit-any
export type FleetJson = Record<string, any>;

export function aHost(channel: unknown, tags: unknown = [], closureHash: unknown = 'new'): FleetJson {
  return { system: 'x86_64-linux', tags, channel, closureHash, pubkey: null };
}

export function aChannel(rolloutPolicy: string): FleetJson {
  return {
    rolloutPolicy,
    reconcileIntervalMinutes: 5,
    freshnessWindow: 180,
    signingIntervalMinutes: 60,
    compliance: { mode: 'enforce', frameworks: [] },
  };
}

export function aSelector(members: FleetJson = {}): FleetJson {
  return { all: false, channel: null, hosts: [], tags: [], tagsAny: [], ...members };
}
