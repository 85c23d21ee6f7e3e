import type {
  DisruptionBudget,
  Fleet,
  FleetChannel,
  FleetEdge,
  FleetHost,
  FleetPolicy,
  FleetWave,
  PolicyWave,
} from './fleet-manifest.ts';

/** What could be read of a part of the file; `undefined` where it could not, and a problem says so. */
export type Draft<Part> = { readonly [Field in keyof Part]: Part[Field] | undefined };

export type PolicyDraft = Draft<Omit<FleetPolicy, 'waves'>> & {
  readonly waves: readonly Draft<PolicyWave>[] | undefined;
};

export type WaveDraft = Draft<Omit<FleetWave, 'hosts'>> & {
  readonly hosts: readonly (string | undefined)[] | undefined;
};

/**
 * A fleet as far as it could be read. The rules work on this and not on a whole fleet, so that a field of the wrong
 * type somewhere does not hide what else is wrong. Every `Fleet` is one of these. A list keeps its length, and with it
 * the index that a path names; a name whose value could not be read is still a known name.
 */
export interface FleetDraft {
  readonly hosts: ReadonlyMap<string, Draft<FleetHost>> | undefined;
  readonly channels: ReadonlyMap<string, Draft<FleetChannel>> | undefined;
  readonly rolloutPolicies: ReadonlyMap<string, PolicyDraft> | undefined;
  readonly waves: ReadonlyMap<string, readonly WaveDraft[] | undefined> | undefined;
  readonly edges: readonly Draft<FleetEdge>[] | undefined;
  readonly channelEdges: readonly Draft<FleetEdge>[] | undefined;
  readonly disruptionBudgets: readonly Draft<DisruptionBudget>[] | undefined;
  readonly meta: Draft<Fleet['meta']> | undefined;
}
